import Diagnostics
import WorldModels

/// The names under which people know what a run was: task, agent, size, and what was changed about the agent.
public struct ConfigurationNames: Sendable, Equatable {
    public let environment: String
    public let agent: String
    /// Name in `Sizes`; nil for networks of another size.
    public let size: String?
    /// Switches of the agent that are set otherwise than its name says, as `--set` takes them.
    public let changes: [String]

    /// - Throws: where the configuration names an agent that does not exist.
    public init(_ configuration: Configuration) throws(UserError) {
        environment = configuration.environment.id
        agent = configuration.agent.agent
        size = try Sizes.name(of: configuration)
        var named = ConfigurationLayers()
        named.base = configuration
        named.overrides = try AgentVariants.named(agent).settings
        changes = configuration.differences(from: try named.merged()).map(\.assignment)
    }
}

extension Sizes {
    /// The size that a configuration's networks have.
    static func name(of configuration: Configuration) throws(UserError) -> String? {
        for size in all {
            var layers = ConfigurationLayers()
            layers.base = configuration
            layers.size = size.name
            if try layers.merged() == configuration { return size.name }
        }
        return nil
    }
}
