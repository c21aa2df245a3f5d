import AgentChoice
import Agents
import Environments
import Experience
import Runs
import Settings

/// Plays episodes with fixed seeds and keeps what they showed.
package struct Filming {
    /// An episode from its first frame on.
    package struct Episode: Sendable {
        package var observations: [Observation] = []
        /// What led to each.
        package var actions: [Action] = []
    }

    /// Environments that play side by side, an episode each.
    package static let most = 20

    private let configuration: Configuration
    private let host: EnvironmentHost

    /// - Parameter python: interpreter of bridged environments; nil looks for one.
    package init(_ configuration: Configuration, python: String?) {
        self.configuration = configuration
        host = EnvironmentHost(python: python)
    }

    /// Films an episode each of so many environments, at most `most`.
    /// - Parameters:
    ///   - steps: after which an episode is cut.
    ///   - load: gives the policy its weights; nil plays at random.
    /// - Returns: the agent as the environment makes it, and the episodes.
    package func film(
        episodes: Int, steps: Int, seed: UInt64, choice: Evaluator.Choice, load: ((ActingPolicy) throws -> Void)?
    ) throws -> (agent: AgentConfiguration, episodes: [Episode]) {
        let environments = try configuration.makeEnvironments(
            min(episodes, Self.most), for: .evaluation, seed: seed, on: host)
        defer { for environment in environments { environment.close() } }
        let agent = configuration.agent(for: environments[0])
        let policy = ActingPolicy(agent, environments: environments.count, seed: seed)
        if let load, choice != .random { try load(policy) }
        let players = Players(environments, policy: policy, choice: choice == .mode ? .mode : .sample, seed: seed)
        try players.start()
        var films = environments.map { _ in Episode() }
        var running = Set(environments.indices)
        while true {
            for index in running {
                let step = players.steps[index]
                films[index].observations.append(step.observation)
                films[index].actions.append(step.action)
                let isOver = step.observation.flags.contains(.last) || films[index].observations.count >= steps
                if isOver { running.remove(index) }
            }
            guard !running.isEmpty else { return (agent, films) }
            _ = try players.advance()
        }
    }
}
