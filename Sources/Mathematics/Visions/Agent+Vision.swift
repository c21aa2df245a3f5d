import AgentChoice
import Agents
import Tensors
import WorldModels

extension Agent {
    /// Looks at a recorded sequence. Nothing that is trained changes, nor any random stream of training; memory of the step
    /// before is taken back.
    /// - Parameters:
    ///   - context: frames before the first prediction.
    ///   - seed: of what the world model draws.
    /// - Returns: nil where the agent sees no images, or has no decoder and the kind needs one.
    package func vision(_ kind: VisionKind, of recording: Recording, context: Int, seed: UInt64) -> Vision? {
        let c = configuration
        guard c.seesImages else { return nil }
        let batch = makeBatch(1, recording.steps.count)
        batch.fill(recording, c)
        guard let motion = batch.motion(c, on: tape) else { return nil }
        let predicts = kind == .openloop || kind == .imagination
        func vision(_ viewed: Viewed?) -> Vision {
            Vision(
                kind: kind, size: c.image, channels: c.channels, context: predicts ? context : recording.steps.count,
                truth: recording.steps.map(\.image), masks: motion.mask.frames(of: c.imageBytes),
                differentials: motion.differential.frames(of: c.imageBytes), model: viewed?.images ?? [],
                rewards: viewed?.rewards ?? [])
        }
        guard kind != .mask else { return vision(nil) }
        let viewing: Viewing =
            switch kind {
            case .openloop: .openLoop(context: context)
            case .imagination: .imagined(context: context)
            case .mask, .reconstruction: .observed
            }
        return view(batch, viewing, seed: seed).map(vision)
    }
}

extension AgentConfiguration {
    /// Why pictures of a kind cannot be made of this agent, in one line; nil where they can.
    public func obstacle(to kind: VisionKind) -> String? {
        guard seesImages else { return "the agent sees no images (agent.image is 0): there is nothing to draw" }
        guard kind != .mask, reconstruction == .none else { return nil }
        return "the agent has no decoder (agent.reconstruction is none): of its world model nothing can be drawn; "
            + "with agent.reconstruction=detached one learns beside it, without effect on the agent"
    }
}

extension SequenceBatchInput {
    fileprivate func fill(_ recording: Recording, _ c: AgentConfiguration) {
        let frames = [recording.before ?? recording.steps[0].image] + recording.steps.map(\.image)
        images?.copy(from: frames.flatMap { $0 })
        if c.seesVectors { vectors?.copy(from: recording.steps.flatMap(\.vector)) }
        actions.copy(from: recording.steps.flatMap(\.action))
        rewards.copy(from: [Float](repeating: 0, count: rows))
        first.copy(from: (0..<rows).map { $0 == 0 && recording.before == nil ? 1 : 0 })
        terminal.copy(from: [UInt8](repeating: 0, count: rows))
    }
}

extension Bytes {
    fileprivate func frames(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { slice($0..<$0 + size).array }
    }
}
