import Agents
import Tensors
import WorldModels

/// Times training steps of one agent on a synthetic batch.
public struct StepBenchmark {
    private let agent: Agent
    private let batch: Int
    private let length: Int
    private var random = RandomStream(seed: 0, purpose: "benchmark")

    public init(_ configuration: AgentConfiguration, batch: Int, length: Int, threads: Int) {
        agent = Agent(configuration, threads: threads)
        agent.initialize(seed: 0)
        self.batch = batch
        self.length = length
    }

    /// Seconds of one step, in all and by part.
    public struct Timing: Sendable {
        public var seconds: Double
        public var parts: [Double]
    }

    /// One step on a batch whose frames are a flat background with a square that moves.
    public mutating func step() -> Timing {
        let input = agent.makeBatch(batch, length)
        fill(input)
        let noise = agent.makeNoise(rows: input.rows)
        noise.fill(&random, discrete: agent.configuration.discrete)
        agent.tape.clock.reset()
        _ = agent.train(input, noise: noise)
        let parts = StepPart.allCases.map { agent.tape.clock.seconds($0) }
        return Timing(seconds: parts.reduce(0, +), parts: parts)
    }

    private mutating func fill(_ input: SequenceBatchInput) {
        let c = agent.configuration
        let frame = c.image * c.image * c.channels
        for index in 0..<input.images.count / frame {
            let (step, sequence) = (index / batch, index % batch)
            var pixels = [UInt8](repeating: 40, count: frame)
            let (top, left) = ((step * 3 + sequence * 7) % (c.image - 6), (step * 5 + sequence * 11) % (c.image - 6))
            for y in top..<top + 6 {
                for x in left..<left + 6 {
                    for channel in 0..<c.channels { pixels[(y * c.image + x) * c.channels + channel] = 200 }
                }
            }
            input.images.slice(index * frame..<(index + 1) * frame).copy(from: pixels)
        }
        input.actions.fill(0)
        for row in 0..<input.rows {
            if c.discrete {
                input.actions[row, Int(random.next() % UInt64(c.actions))] = 1
            } else {
                for action in 0..<c.actions { input.actions[row, action] = 2 * random.uniform() - 1 }
            }
            input.rewards[row] = random.uniform() < 0.05 ? 1 : 0
            input.first[row] = row < batch ? 1 : 0
            input.terminal[row] = 0
        }
    }
}
