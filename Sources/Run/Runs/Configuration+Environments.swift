import AgentChoice
import Diagnostics
import Environments
import Experience
import Numbers
import Settings

extension Configuration {
    /// The agent's numbers with the environment's action space.
    package func agent(for space: ActionSpace) -> AgentConfiguration {
        var agent = agent
        agent.actions = space.count
        agent.discrete = space.isDiscrete
        return agent
    }

    /// Builds `count` environments whose seeds follow from `seed`.
    ///
    /// - Parameter python: the interpreter of bridged environments; nil looks for one. It is never taken from a
    ///   configuration that came over the network.
    package func makeEnvironments(
        _ count: Int, for purpose: EnvironmentPurpose, seed: UInt64, python: String?
    ) throws(EnvironmentError) -> [any Environment] {
        try EnvironmentRegistry.make(
            environment.id, image: agent.image, options: environment.options, purpose: purpose, python: python,
            seeds: (0..<count).map { SplitMix64.seed(seed, part: $0) })
    }

    /// The environment decides how many actions there are and of which kind.
    public mutating func adoptActionSpace(python: String?) throws {
        let environments = try makeEnvironments(1, for: .training, seed: 0, python: python)
        agent = agent(for: environments[0].actionSpace)
        for environment in environments { environment.close() }
    }
}
