import AgentChoice
import Diagnostics
import Environments
import Experience
import Numbers
import Settings

extension Configuration {
    /// How the run's environments are built on this machine.
    /// - Parameter python: the interpreter of bridged environments; nil looks for one. It is never taken from a
    ///   configuration that came over the network.
    package func environmentOptions(python: String?) -> EnvironmentOptions {
        EnvironmentOptions(
            image: agent.image, actionRepeat: environment.actionRepeat, timeLimit: environment.timeLimit,
            noOps: environment.noOps, sticky: environment.sticky, python: python)
    }

    /// The Python module that building these environments would import, as in `gym/module:id`; nil for none.
    public var importedModule: String? {
        guard environment.id.hasPrefix("gym/"), let colon = environment.id.lastIndex(of: ":") else { return nil }
        return String(environment.id[..<colon].dropFirst("gym/".count))
    }

    /// The agent's numbers with the environment's action space.
    package func agent(for space: ActionSpace) -> AgentConfiguration {
        var agent = agent
        agent.actions = space.count
        agent.discrete = space.isDiscrete
        return agent
    }

    /// Builds `count` environments whose seeds follow from `seed`.
    package func makeEnvironments(
        _ count: Int, for purpose: EnvironmentPurpose, seed: UInt64, python: String?
    ) throws(EnvironmentError) -> [any Environment] {
        try EnvironmentRegistry.make(
            environment.id, options: environmentOptions(python: python), purpose: purpose,
            seeds: (0..<count).map { SplitMix64.seed(seed, part: $0) })
    }
}
