import AgentChoice
import Agents
import Tensors
import WorldModels

/// The work of the world model's predictions for 64 frames in a row, as Table 11 of the MuDreamer paper counts it: one for each
/// multiplication with its addition, dense, forwards only.
public enum ForwardCost {
    /// Frames of one sequence that are counted.
    public static let frames = 64

    /// Multiply-adds of what `configuration` predicts; nothing is computed, and no memory is needed.
    public static func multiplyAdds(_ configuration: AgentConfiguration) -> Int {
        let agent = Agent(configuration, threads: 1, backing: .reserved)
        let batch = agent.makeBatch(1, frames)
        agent.predict(batch, noise: agent.makeNoise(rows: batch.rows))
        return agent.tape.work.total.nominal / 2
    }
}
