import AgentChoice
import Tensors

/// A batch of replayed sequences in the arena, time-major: row t · batch + b.
///
/// Step t carries oₜ, the action aₜ₋₁ that led to it, and the reward and flags received with it.
public struct SequenceBatchInput {
    public let batch: Int
    public let length: Int
    /// [(length + 1) · batch, size, size, channels]; the first frame only serves as o₋₁.
    public let images: Bytes
    /// [length · batch, actions], as they were executed.
    public let actions: Tensor
    /// [length · batch, 1].
    public let rewards: Tensor
    /// [length · batch].
    public let first: Bytes
    /// [length · batch].
    public let terminal: Bytes

    public init(batch: Int, length: Int, configuration c: AgentConfiguration, on tape: Tape) {
        self.batch = batch
        self.length = length
        let rows = batch * length
        images = tape.bytes((rows + batch) * c.image * c.image * c.channels)
        actions = tape.tensor(rows, c.actions)
        rewards = tape.tensor(rows)
        first = tape.bytes(rows)
        terminal = tape.bytes(rows)
    }

    public var rows: Int { batch * length }

    /// The frames that are trained on, and those before them.
    var frames: (now: Bytes, before: Bytes) {
        let pixels = images.count / (rows + batch)
        return (images.slice(batch * pixels..<images.count), images.slice(0..<rows * pixels))
    }
}

/// All random numbers of one training step. Uniform for categorical samples, standard normal for continuous actions.
public struct StepNoise {
    /// [length · batch, groups].
    public let posteriorZ: Tensor
    public let posteriorD: Tensor?
    /// [horizon · starts, groups], step-major; a start is a row of the batch.
    public let imaginedZ: Tensor
    public let imaginedD: Tensor?
    /// [(horizon + 1) · starts, 1 or actions].
    public let policy: Tensor

    public init(rows: Int, configuration c: AgentConfiguration, on tape: Tape) {
        posteriorZ = tape.tensor(rows, c.stochastic)
        imaginedZ = tape.tensor(c.horizon * rows, c.stochastic)
        posteriorD = c.modulation ? tape.tensor(rows, c.modulationStochastic) : nil
        imaginedD = c.modulation ? tape.tensor(c.horizon * rows, c.modulationStochastic) : nil
        policy = tape.tensor((c.horizon + 1) * rows, c.discrete ? 1 : c.actions)
    }

    public func fill(_ random: inout RandomStream, discrete: Bool) {
        for tensor in [posteriorZ, imaginedZ] { random.fillUniform(tensor) }
        if let posteriorD, let imaginedD {
            random.fillUniform(posteriorD)
            random.fillUniform(imaginedD)
        }
        if discrete { random.fillUniform(policy) } else { random.fillNormal(policy) }
    }
}
