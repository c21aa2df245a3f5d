import AgentChoice
import Tensors

/// A batch of replayed sequences, time-major: row t · batch + b. A step reads it and changes nothing.
///
/// Step t carries oₜ, the action aₜ₋₁ that led to it, and the reward and flags received with it.
public struct SequenceBatchInput {
    public let batch: Int
    public let length: Int
    /// [(length + 1) · batch, size, size, channels]; the first frame only serves as o₋₁. Nil where there are no images.
    public let images: Bytes?
    /// [length · batch, values]; nil where there are no vectors.
    public let vectors: Tensor?
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
        images = c.seesImages ? tape.bytes((rows + batch) * c.imageBytes) : nil
        vectors = c.seesVectors ? tape.tensor(rows, c.vector) : nil
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
        batch: Int, length: Int, configuration c: AgentConfiguration, images: UnsafeMutableBufferPointer<UInt8>?,
        vectors: UnsafeMutableBufferPointer<Float>? = nil, actions: UnsafeMutableBufferPointer<Float>,
        rewards: UnsafeMutableBufferPointer<Float>, first: UnsafeMutableBufferPointer<UInt8>,
        terminal: UnsafeMutableBufferPointer<UInt8>
    ) {
        let rows = batch * length
        let (pixels, numbers) = (images?.count ?? 0, vectors?.count ?? 0)
        precondition(
            pixels == (rows + batch) * c.imageBytes && numbers == rows * c.vector && actions.count == rows * c.actions
                && rewards.count == rows && first.count == rows && terminal.count == rows,
            "columns of \(pixels), \(numbers), \(actions.count), \(rewards.count), \(first.count) and "
                + "\(terminal.count) values for \(batch) × \(length) steps")
        self.batch = batch
        self.length = length
        self.images = c.seesImages ? images.map { Bytes(borrowing: $0) } : nil
        self.vectors = c.seesVectors ? vectors.map { Tensor(borrowing: $0, columns: c.vector) } : nil
        self.actions = Tensor(borrowing: actions, columns: c.actions)
        self.rewards = Tensor(borrowing: rewards, columns: 1)
        self.first = Bytes(borrowing: first)
        self.terminal = Bytes(borrowing: terminal)
    }

    public var rows: Int { batch * length }
}

extension SequenceBatchInput {
    /// What is observed in rows `range`, each image with the one `steps` before it.
    func observations(_ range: Range<Int>, stepsBefore steps: Int, on tape: Tape) -> Observations {
        let pixels = (images?.count ?? 0) / (rows + batch)
        return Observations(
            images: images?.slice((range.lowerBound + batch) * pixels..<(range.upperBound + batch) * pixels),
            previous: images.map { previous($0, range, steps, pixels: pixels, on: tape) },
            vectors: vectors?.slice(range), first: first.slice(range))
    }

    /// The images `steps` before those of rows `range`, or as many as there are since the episode or the batch began.
    private func previous(_ images: Bytes, _ range: Range<Int>, _ steps: Int, pixels: Int, on tape: Tape) -> Bytes {
        // The first frame stands before row 0, so that the one before a row has the row's own number.
        guard steps > 1 else { return images.slice(range.lowerBound * pixels..<range.upperBound * pixels) }
        return tape.gathered(images, size: pixels, count: range.count) { place in
            var row = range.lowerBound + place
            for _ in 1..<steps where row >= batch && !first.isSet(row - batch) { row -= batch }
            return row
        }
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
    /// [(horizon + 1) · starts, groups or actions].
    public let policy: Tensor

    public init(rows: Int, configuration c: AgentConfiguration, on tape: Tape) {
        posteriorZ = tape.tensor(rows, c.stochastic)
        imaginedZ = tape.tensor(c.horizon * rows, c.stochastic)
        posteriorD = c.modulation ? tape.tensor(rows, c.modulationStochastic) : nil
        imaginedD = c.modulation ? tape.tensor(c.horizon * rows, c.modulationStochastic) : nil
        policy = tape.tensor((c.horizon + 1) * rows, c.policyNoise)
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
