import AgentChoice
import Agents
import Inspection
import Measurements
import Networks
import Tensors
import WorldModels

/// A batch and its noise as plain values, which can be cut into the shares of several learners.
public struct StepValues: Sendable {
    /// Values in time-major rows: blocks of `batch` rows each.
    private struct Rows<Element: Sendable>: Sendable {
        var values: [Element]
        var width: Int

        func share(_ range: Range<Int>, of batch: Int) -> Self {
            let block = batch * width
            var taken: [Element] = []
            for start in stride(from: 0, to: values.count, by: block) {
                taken += values[start + range.lowerBound * width..<start + range.upperBound * width]
            }
            return Self(values: taken, width: width)
        }
    }

    public let batch: Int
    public let length: Int
    private var bytes: [Rows<UInt8>]
    private var floats: [Rows<Float>]

    /// Synthetic ones, see `fill`.
    public init(_ agent: Agent, batch size: Int, length: Int, seed: UInt64) {
        let batch = agent.makeBatch(size, length)
        fill(batch, agent.configuration, seed: seed)
        let noise = agent.makeNoise(rows: batch.rows)
        var random = RandomStream(seed: seed)
        noise.fill(&random, discrete: agent.configuration.discrete)
        self.init(batch, noise, agent.configuration)
    }

    /// Those of a fixture.
    public init(_ agent: Agent, _ archive: Archive) throws {
        let (batch, noise) = try agent.read(archive)
        self.init(batch, noise, agent.configuration)
    }

    private init(_ input: SequenceBatchInput, _ noise: StepNoise, _ c: AgentConfiguration) {
        batch = input.batch
        length = input.length
        bytes = Self.bytes(input, c).map { Rows(values: $0.memory.array, width: $0.width) }
        floats = Self.floats(input, noise).map { Rows(values: $0.array, width: $0.columns) }
    }

    private static func bytes(_ input: SequenceBatchInput, _ c: AgentConfiguration) -> [(memory: Bytes, width: Int)] {
        [(input.first, 1), (input.terminal, 1)] + (input.images.map { [($0, c.imageBytes)] } ?? [])
    }

    private static func floats(_ input: SequenceBatchInput, _ noise: StepNoise) -> [Tensor] {
        [input.actions, input.rewards, noise.posteriorZ, noise.imaginedZ, noise.policy]
            + [input.vectors, noise.posteriorD, noise.imaginedD].compactMap { $0 }
    }

    /// What learner `rank` of `learners` trains on: sequences that stand side by side.
    public func share(_ rank: Int, of learners: Int) -> StepValues {
        precondition(batch % learners == 0, "\(batch) sequences for \(learners) learners")
        let size = batch / learners
        return StepValues(self, rank * size..<(rank + 1) * size)
    }

    private init(_ whole: StepValues, _ sequences: Range<Int>) {
        batch = sequences.count
        length = whole.length
        bytes = whole.bytes.map { $0.share(sequences, of: whole.batch) }
        floats = whole.floats.map { $0.share(sequences, of: whole.batch) }
    }

    /// One training step on them.
    /// - Parameter change: made in the batch before.
    public func train(_ agent: Agent, _ change: (SequenceBatchInput) -> Void = { _ in }) -> TrainingMetrics {
        let input = agent.makeBatch(batch, length)
        let noise = agent.makeNoise(rows: input.rows)
        for (memory, rows) in zip(Self.bytes(input, agent.configuration), bytes) {
            memory.memory.copy(from: rows.values)
        }
        for (tensor, rows) in zip(Self.floats(input, noise), floats) { tensor.copy(from: rows.values) }
        change(input)
        return agent.train(input, noise: noise)
    }
}
