import AgentChoice
import Diagnostics

extension Configuration {
    /// Leaves that have an option of their own.
    private static let options = [
        "environment.id": "--env", "run.steps": "--steps", "actors.count": "--actors",
    ]
    /// Flags without a value; presets leave them off.
    private static let flags = ["run.lockstep": "--lockstep", "run.offline": "--offline"]
    /// Leaves that the environment decides.
    private static let decided: Set = ["agent.actions", "agent.discrete"]

    /// The command that starts a run with this configuration: the preset that leaves least to say, the names of size and
    /// agent, and each leaf that is set otherwise.
    ///
    /// - Throws: where the configuration names an agent that does not exist.
    public func trainCommand() throws(UserError) -> String {
        let words = ["dreamer", "train"] + (try trainArguments())
        return words.map(\.quotedForShell).joined(separator: " ")
    }

    /// The arguments of that command.
    public func trainArguments() throws(UserError) -> [String] {
        let size = try Sizes.nearest(to: self)?.name
        var shortest: [String]?
        for preset in Presets.all {
            let arguments = try arguments(preset: preset, size: size == preset.size ? nil : size)
            if arguments.count < shortest?.count ?? .max { shortest = arguments }
        }
        return shortest ?? []
    }

    private func arguments(preset: Preset, size: String?) throws(UserError) -> [String] {
        var layers = ConfigurationLayers()
        layers.preset = preset.name
        layers.size = size
        layers.overrides = ["agent.agent=\(agent.agent)", "run.seed=\(run.seed)"]
        let base = try layers.merged()
        var arguments = ["--preset", preset.name, "--agent", agent.agent]
        if let size { arguments += ["--size", size] }
        arguments += ["--seed", "\(run.seed)"]
        for difference in differences(from: base) where !Self.decided.contains(difference.path) {
            arguments += Self.argument(for: difference)
        }
        return arguments
    }

    private static func argument(for difference: ConfigurationDifference) -> [String] {
        if let flag = flags[difference.path] { return [flag] }
        guard let option = options[difference.path] else { return ["--set", difference.assignment] }
        return [option, String(difference.assignment.dropFirst(difference.path.count + 1))]
    }
}

extension String {
    /// As one word of a POSIX shell.
    package var quotedForShell: String {
        let harmless = !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+".contains($0)) }
        return harmless
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
