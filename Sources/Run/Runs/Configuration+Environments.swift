import AgentChoice
import Diagnostics
import Environments
import Experience
import Numbers
import Settings

extension Configuration {
    /// The agent's numbers with what the environment shows and takes.
    package func agent(for environment: any Environment) -> AgentConfiguration {
        var agent = agent
        let (image, actions) = (environment.image, environment.actionSpace)
        agent.image = image.height
        if image != .none { agent.channels = image.channels }
        agent.vector = environment.vectorCount
        agent.actions = actions.count
        agent.discrete = actions.isDiscrete
        let choices = actions.choices ?? []
        agent.actionGroups = choices.count > 1 ? choices.map(String.init).joined(separator: ",") : ""
        return agent
    }

    /// Builds `count` environments whose seeds follow from `seed`.
    ///
    /// - Parameter python: the interpreter of bridged environments; nil looks for one. It is never taken from a
    ///   configuration that came over the network.
    package func makeEnvironments(
        _ count: Int, for purpose: EnvironmentPurpose, seed: UInt64, python: String?
    ) throws(EnvironmentError) -> [any Environment] {
        // An environment that shows none has images all the same.
        try EnvironmentRegistry.make(
            environment.id, image: agent.seesImages ? agent.image : AgentConfiguration().image,
            options: environment.options, purpose: purpose, python: python,
            seeds: (0..<count).map { SplitMix64.seed(seed, part: $0) })
    }

    /// Environment frames for one agent step.
    package var actionRepeat: Int {
        (try? EnvironmentRegistry.resolve(environment.options, for: environment.id))?.actionRepeat ?? 1
    }

    /// The environment decides what is seen of it, and how many actions there are and of which kind.
    ///
    /// - Throws: where it cannot be made, or one line where the agent cannot play it: one that masks images a task without.
    public mutating func adoptSpaces(python: String?) throws {
        let environments = try makeEnvironments(1, for: .training, seed: 0, python: python)
        defer { for environment in environments { environment.close() } }
        agent = agent(for: environments[0])
        try agent.validate()
    }
}
