import AgentChoice
import Diagnostics

/// Where a configuration comes from, the later the stronger: `base`, the switches of the agent that is named last
/// anywhere, preset, what an ablation differs in from its agent, size, files, `--set` overrides, dedicated flags.
public struct ConfigurationLayers: Sendable {
    /// A dedicated flag of the command line and the leaf that it stands for.
    public struct Flag: Sendable, Equatable {
        /// As the user wrote it, for messages: "--batch".
        public var name: String
        /// Dotted path of the leaf: "agent.batch".
        public var path: String
        public var value: String

        public init(_ name: String, path: String, value: String) {
            self.name = name
            self.path = path
            self.value = value
        }
    }

    /// What holds where no layer says otherwise.
    public var base = Configuration()
    public var preset: String?
    public var size: String?
    public var files: [ConfigurationFile] = []
    /// Each "key.path=value".
    public var overrides: [String] = []
    public var flags: [Flag] = []

    public init() {}

    /// The configuration that the layers make together, validated.
    ///
    /// - Throws: one line for the first thing that is wrong: an unknown name or key, a value of the wrong kind or out
    ///   of range, or a file that is not YAML.
    public func resolve() throws(UserError) -> Configuration {
        let configuration = try merged()
        try configuration.validate()
        return configuration
    }

    /// The same without validation: what fits together only with more that is to come.
    package func merged() throws(UserError) -> Configuration {
        try Self.apply(try assignments(), to: base)
    }

    private func assignments() throws(UserError) -> [Assignment] {
        let stronger = try assignmentsBeyondPreset()
        guard let preset else { return stronger }
        let chosen = try Presets.named(preset)
        let settings = try Sizes.named(chosen.size).settings + chosen.settings
        let assignments = try Self.parse(settings, origin: "preset \(chosen.name)")
        let named = try Self.agent(namedIn: assignments + stronger)
        let agent = if let named { named } else { try AgentVariants.named(base.agent.agent) }
        let settingsOfAgent = chosen.settingsOfAgents[agent.base ?? agent.name] ?? []
        let ablated = agent.base == nil ? [] : agent.differences
        return assignments + (try Self.parse(settingsOfAgent, origin: "preset \(chosen.name)"))
            + (try Self.parse(ablated, origin: "agent \(agent.name)")) + stronger
    }

    private func assignmentsBeyondPreset() throws(UserError) -> [Assignment] {
        var assignments: [Assignment] = []
        if let size {
            let size = try Sizes.named(size)
            assignments += try Self.parse(size.settings, origin: "size \(size.name)")
        }
        for file in files { assignments += try file.assignments() }
        assignments += try Self.parse(overrides, origin: "--set")
        assignments += flags.map {
            Assignment(path: $0.path, value: .scalar($0.value, quoted: false), origin: $0.name)
        }
        return assignments
    }

    private static func parse(_ settings: [String], origin: String) throws(UserError) -> [Assignment] {
        var assignments: [Assignment] = []
        for setting in settings { assignments.append(try Assignment(setting, origin: origin)) }
        return assignments
    }

    /// The agent that is named last, if one is.
    private static func agent(namedIn assignments: [Assignment]) throws(UserError) -> AgentVariant? {
        guard let choice = assignments.last(where: { $0.path == "agent.agent" }),
            case .scalar(let name, _) = choice.value
        else { return nil }
        return try AgentVariants.named(name, askedBy: choice.origin)
    }

    /// Applies the assignments after the switches of the agent that they name, if they name one.
    static func apply(_ assignments: [Assignment], to base: Configuration) throws(UserError) -> Configuration {
        var tree = SettingsTree(of: base)
        if let agent = try agent(namedIn: assignments) {
            for assignment in try parse(agent.settings, origin: "agent \(agent.name)") { try tree.apply(assignment) }
        }
        for assignment in assignments { try tree.apply(assignment) }
        return tree.decoded(as: Configuration.self)
    }
}

extension AgentConfiguration {
    /// Reads a file that holds an agent's keys alone, as the reference's fixtures do. The agent's switches and the
    /// defaults fill what the file does not say.
    ///
    /// - Throws: one line that names an unknown key, a value of the wrong kind or out of range.
    public static func load(_ file: ConfigurationFile) throws(UserError) -> AgentConfiguration {
        let agent = try ConfigurationLayers.apply(try file.assignments(below: "agent"), to: Configuration()).agent
        try agent.validate()
        return agent
    }
}
