import AgentChoice
import Agents

/// Times acting steps: encoders, posterior, recurrent state, policy, for some environments at once on one thread.
public final class ActingBenchmark {
    private let policy: ActingPolicy
    private let images: [[[UInt8]]]
    private let first: [Bool]

    public init(_ configuration: AgentConfiguration, environments: Int) throws {
        policy = ActingPolicy(configuration, environments: environments, threads: 1, seed: 0)
        let agent = Agent(configuration, threads: 1)
        agent.initialize(seed: 0)
        try policy.load(from: agent, version: 1)
        let pixels = configuration.image * configuration.image * configuration.channels
        images = (0..<4).map { step in
            (0..<environments).map { environment in
                (0..<pixels).map { UInt8(truncatingIfNeeded: ($0 / 97 &* 31) &+ step &* 7 &+ environment) }
            }
        }
        first = Array(repeating: false, count: environments)
    }

    /// Median seconds of a step over all environments.
    public func run(steps: Int) -> Double {
        var times: [Double] = []
        for step in 0..<steps {
            let start = ContinuousClock.now
            _ = policy.act(images: images[step % images.count], first: first)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        return times.sorted()[times.count / 2]
    }
}
