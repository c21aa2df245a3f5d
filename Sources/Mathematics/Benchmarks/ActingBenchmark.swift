import AgentChoice
import Agents

/// Times acting steps: encoders, posterior, recurrent state, policy, for some environments at once on one thread.
public final class ActingBenchmark {
    private let policy: ActingPolicy
    private let images: [[[UInt8]]]
    private let vectors: [[Float]]
    private let first: [Bool]

    public init(_ configuration: AgentConfiguration, environments: Int) throws {
        policy = ActingPolicy(configuration, environments: environments, threads: 1, seed: 0)
        let agent = Agent(configuration, threads: 1)
        agent.initialize(seed: 0)
        try policy.load(from: agent, version: 1)
        let (pixels, seen) = (configuration.imageBytes, configuration.seesImages ? environments : 0)
        vectors = Array(
            repeating: Array(repeating: 0.5, count: configuration.vector),
            count: configuration.seesVectors ? environments : 0)
        images = (0..<4).map { step in
            (0..<seen).map { environment in
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
            _ = policy.act(images: images[step % images.count], vectors: vectors, first: first)
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        return times.sorted()[times.count / 2]
    }
}
