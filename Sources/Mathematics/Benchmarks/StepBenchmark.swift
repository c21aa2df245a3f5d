import AgentChoice
import Agents
import Inspection
import Measurements
public import Numbers
import Tensors
import WorldModels

/// Times training steps of one agent on a synthetic batch: a flat background with a square that moves.
public final class StepBenchmark {
    private let agent: Agent
    private var random = RandomStream(seed: 0, purpose: "benchmark")

    public convenience init(_ configuration: AgentConfiguration, threads: Int, precision: Precision = .float32) {
        self.init(configuration, pool: ThreadPool(threads: threads, precision: precision))
    }

    init(_ configuration: AgentConfiguration, pool: ThreadPool) {
        agent = Agent(configuration, pool: pool)
        agent.initialize(seed: 0)
    }

    /// What one step took.
    public struct Timing: Sendable {
        /// Seconds of each part.
        public let parts: [StepPart: Double]
        /// Floating-point operations of its matrix products.
        public let operations: Int
        /// By how much `counter` grew during the step.
        public let counted: Int

        public var seconds: Double { parts.values.reduce(0, +) }
    }

    /// Bytes of the largest arena so far, and of the parameters with their gradients and moments.
    public var memory: Int { agent.tape.arena.peak + ModelInventory(agent.configuration).heldBytes }

    /// Makes one step. The first one is cold: it asks the system for memory.
    /// - Parameter counter: of something that the training step alone is to be charged with, for instance the heap
    ///   allocations of this thread so far.
    public func step(counter: () -> Int = { 0 }) -> Timing {
        let (input, noise) = prepare()
        let operations = agent.tape.work.total.executed
        agent.tape.clock.reset()
        let before = counter()
        _ = agent.train(input, noise: noise)
        let counted = counter() - before
        return Timing(
            parts: Dictionary(
                uniqueKeysWithValues: StepPart.allCases.map { ($0, agent.tape.clock.seconds($0)) }),
            operations: agent.tape.work.total.executed - operations, counted: counted)
    }

    /// Makes one step in the trace of the agent's pool.
    /// - Returns: bytes that it moves at least, see `ScalingBenchmark.Prediction`.
    func step(in trace: LoopTrace) -> Int {
        let (input, noise) = prepare()
        let handedOut = agent.tape.arena.handedOut
        trace.begin()
        _ = agent.train(input, noise: noise)
        trace.end()
        let made = agent.tape.arena.handedOut - handedOut
        return 2 * made + 12 * ModelInventory(agent.configuration).parameterBytes
    }

    private func prepare() -> (SequenceBatchInput, StepNoise) {
        let c = agent.configuration
        let input = agent.makeBatch(c.batch, c.length)
        fill(input)
        let noise = agent.makeNoise(rows: input.rows)
        noise.fill(&random, discrete: c.discrete)
        return (input, noise)
    }

    private func fill(_ input: SequenceBatchInput) {
        let c = agent.configuration
        if let images = input.images {
            for index in 0..<images.count / c.imageBytes {
                images.slice(index * c.imageBytes..<(index + 1) * c.imageBytes).copy(
                    from: picture(step: index / c.batch, sequence: index % c.batch))
            }
        }
        input.vectors?.copy(from: (0..<input.rows * c.vector).map { _ in 2 * random.uniform() - 1 })
        input.actions.copy(from: (0..<input.rows).flatMap { _ in action() })
        input.rewards.copy(from: (0..<input.rows).map { _ in random.uniform() < 0.05 ? 1 : 0 })
        input.first.copy(from: (0..<input.rows).map { $0 < c.batch ? 1 : 0 })
        input.terminal.copy(from: [UInt8](repeating: 0, count: input.rows))
    }

    private func action() -> [Float] {
        let c = agent.configuration
        guard c.discrete else { return (0..<c.actions).map { _ in 2 * random.uniform() - 1 } }
        return c.groups.flatMap { choices -> [Float] in
            let chosen = Int(random.next() % UInt64(choices))
            return (0..<choices).map { $0 == chosen ? 1 : 0 }
        }
    }

    private func picture(step: Int, sequence: Int) -> [UInt8] {
        let c = agent.configuration
        var pixels = [UInt8](repeating: 40, count: c.imageBytes)
        let free = c.image - 6
        let (top, left) = ((step * 3 + sequence * 7) % free, (step * 5 + sequence * 11) % free)
        for y in top..<top + 6 {
            for index in (y * c.image + left) * c.channels..<(y * c.image + left + 6) * c.channels {
                pixels[index] = 200
            }
        }
        return pixels
    }
}
