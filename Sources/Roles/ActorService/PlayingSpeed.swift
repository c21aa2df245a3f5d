import Agents
import Environments
import Runs
import Settings

/// How fast an actor plays on this machine, without a learner.
package struct PlayingSpeed {
    /// Agent steps a second, all environments together.
    package let environmentsAlone, withPolicy: Double

    /// Plays with random actions first, then with the policy of an agent that has not been trained.
    /// - Parameters:
    ///   - environments: that take turns with the policy.
    ///   - seconds: of each of the two.
    /// - Throws: where the task cannot be made or played.
    package init(_ configuration: Configuration, environments count: Int, seconds: Double, on host: EnvironmentHost)
        throws
    {
        let environments = try configuration.makeEnvironments(
            count, for: .training, seed: configuration.run.seed, on: host)
        defer { for environment in environments { environment.close() } }
        let policy = ActingPolicy(configuration.agent, environments: count, threads: 1, seed: configuration.run.seed)
        let players = Players(environments, policy: policy, choice: .sample, seed: configuration.run.seed)
        try players.start()
        environmentsAlone = try Self.measure(players, seconds)
        let agent = Agent(configuration.agent, threads: 1)
        agent.initialize(seed: configuration.run.seed)
        try policy.load(from: agent, version: 1)
        withPolicy = try Self.measure(players, seconds)
    }

    private static func measure(_ players: Players, _ seconds: Double) throws -> Double {
        for _ in 0..<5 { _ = try players.advance() }
        let (start, end) = (ContinuousClock.now, ContinuousClock.now + .seconds(seconds))
        var rounds = 0
        while ContinuousClock.now < end {
            _ = try players.advance()
            rounds += 1
        }
        return Double(rounds * players.environments.count) / ((ContinuousClock.now - start) / .seconds(1))
    }
}
