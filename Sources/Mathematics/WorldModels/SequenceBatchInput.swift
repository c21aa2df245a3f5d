import AgentChoice
import Tensors

/// A batch of replayed sequences, time-major: row t · batch + b. A step reads it and changes nothing.
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

    /// Room in the arena.
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

    /// A batch that lies in memory of somebody else, such as a replay's; nothing is copied.
    ///
    /// Safe: the counts are checked here, and whoever calls keeps the memory, which nobody else may change, for as long
    /// as the value is used.
    package init(
        batch: Int, length: Int, configuration c: AgentConfiguration, images: UnsafeMutableBufferPointer<UInt8>,
        actions: UnsafeMutableBufferPointer<Float>, rewards: UnsafeMutableBufferPointer<Float>,
        first: UnsafeMutableBufferPointer<UInt8>, terminal: UnsafeMutableBufferPointer<UInt8>
    ) {
        let rows = batch * length
        precondition(
            images.count == (rows + batch) * c.image * c.image * c.channels && actions.count == rows * c.actions
                && rewards.count == rows && first.count == rows && terminal.count == rows,
            "columns of \(images.count), \(actions.count), \(rewards.count), \(first.count) and \(terminal.count) "
                + "values for \(batch) × \(length) steps")
        self.batch = batch
        self.length = length
        self.images = Bytes(borrowing: images)
        self.actions = Tensor(borrowing: actions, columns: c.actions)
        self.rewards = Tensor(borrowing: rewards, columns: 1)
        self.first = Bytes(borrowing: first)
        self.terminal = Bytes(borrowing: terminal)
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
