import Experience

/// All environments by name.
public enum EnvironmentRegistry {
    /// Every name that can be built; `gym/<id>` stands for whatever is registered with Gymnasium.
    public static var known: [String] {
        builtIn + AtariGames.all.map { "atari/\($0)" } + ControlTasks.all.map { "dmc/\($0)" } + ["crafter", "gym/<id>"]
    }

    private static var builtIn: [String] { BuiltInTask.allCases.map(\.rawValue) }

    /// Whether `name` can be built, found out without building it. Of `gym/` names only the form is checked.
    public static func contains(_ name: String) -> Bool {
        (try? kind(of: name)) != nil
    }

    /// `options` with the defaults of the environment `name` in place of what is nil. What is still nil then does not
    /// exist there. Throws if the name or a value is not possible.
    public static func resolve(
        _ options: EnvironmentOptions, for name: String
    ) throws(EnvironmentError) -> EnvironmentOptions {
        try options.resolved(name, defaults: kind(of: name).defaults)
    }

    /// Builds the environment `name`. All its randomness follows from `seed`.
    public static func make(
        _ name: String, options: EnvironmentOptions = EnvironmentOptions(), purpose: EnvironmentPurpose = .training,
        seed: UInt64
    ) throws(EnvironmentError) -> any Environment {
        try make(name, options: options, purpose: purpose, seeds: [seed])[0]
    }

    /// Builds one environment for each seed. Those that need a Python process share one, so they belong together: an
    /// error of the process is an error of all.
    public static func make(
        _ name: String, options: EnvironmentOptions = EnvironmentOptions(), purpose: EnvironmentPurpose = .training,
        seeds: [UInt64]
    ) throws(EnvironmentError) -> [any Environment] {
        let kind = try kind(of: name)
        let options = try options.resolved(name, defaults: kind.defaults)
        switch kind {
        case .builtIn(let task):
            return seeds.map { task.make(options: options, purpose: purpose, seed: $0) }
        case .bridged(let family, let id):
            let bridge = try PythonBridge(interpreter: PythonInterpreter.find(options.python))
            var environments: [any Environment] = []
            for seed in seeds {
                environments.append(
                    try bridge.make(BridgeTask(family: family, name: id, seed: seed, options: options)))
            }
            return environments
        }
    }
}

extension EnvironmentRegistry {
    private enum Kind {
        case builtIn(BuiltInTask)
        case bridged(BridgeTask.Family, id: String)

        var defaults: EnvironmentOptions {
            switch self {
            case .builtIn(let task): task.defaults
            case .bridged(let family, _): family.defaults
            }
        }
    }

    private static func kind(of name: String) throws(EnvironmentError) -> Kind {
        if let task = BuiltInTask(rawValue: name) { return .builtIn(task) }
        if name == "crafter" { return .bridged(.crafter, id: "crafter") }
        let id = String(name.drop { $0 != "/" }.dropFirst())
        switch name.prefix(while: { $0 != "/" }) {
        case "atari" where AtariGames.all.contains(id): return .bridged(.atari, id: id)
        case "atari": throw .unknownEnvironment(name, known: AtariGames.all.map { "atari/\($0)" })
        case "dmc" where ControlTasks.all.contains(id): return .bridged(.dmc, id: id)
        case "dmc": throw .unknownEnvironment(name, known: ControlTasks.all.map { "dmc/\($0)" })
        case "gym" where !id.isEmpty: return .bridged(.gym, id: id)
        default:
            throw .unknownEnvironment(
                name, known: builtIn + ["atari/<game>", "crafter", "dmc/<domain>-<task>", "gym/<id>"])
        }
    }
}
