import AgentChoice
import Diagnostics
import Experience

/// The names under which people know what a run was: task, agent, size, and what was changed about the agent.
public struct ConfigurationNames: Sendable, Equatable {
    public let environment: String
    public let agent: String
    /// Name in `Sizes`; nil for networks that none comes near.
    public let size: String?
    /// Numbers of the size and switches of the agent that are set otherwise than their names say, as `--set` takes them.
    public let changes: [String]

    /// - Throws: where the configuration names an agent that does not exist.
    public init(_ configuration: Configuration) throws(UserError) {
        environment = configuration.environment.id
        agent = configuration.agent.agent
        let nearest = try Sizes.nearest(to: configuration)
        size = nearest?.name
        var named = ConfigurationLayers()
        named.base = configuration
        named.overrides = try AgentVariants.named(agent).settings
        let switches = configuration.differences(from: try named.merged()).map(\.assignment)
        changes = (nearest?.changes ?? []) + switches
    }
}

extension Sizes {
    /// Numbers in which networks may differ from a size and still go by its name.
    private static let tolerated = 2

    /// The size that a configuration's networks come nearest, and the numbers in which they differ.
    static func nearest(to configuration: Configuration) throws(UserError) -> (name: String, changes: [String])? {
        var nearest: (name: String, changes: [String])?
        for size in all {
            var layers = ConfigurationLayers()
            layers.base = configuration
            layers.size = size.name
            let changes = configuration.differences(from: try layers.merged()).map(\.assignment)
            if changes.count < nearest?.changes.count ?? tolerated + 1 { nearest = (size.name, changes) }
        }
        return nearest
    }
}
