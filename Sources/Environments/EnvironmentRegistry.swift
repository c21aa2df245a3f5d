import Experience

/// All environments by name.
public enum EnvironmentRegistry {
    /// Every name that can be built; `gym/<id>` stands for whatever is registered with Gymnasium.
    public static var known: [String] { builtIn + AtariGames.all.map { "atari/\($0)" } + ["gym/<id>"] }

    private static let builtIn = ["catch", "minatar/breakout"]

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
        _ name: String, options: EnvironmentOptions = EnvironmentOptions(), seed: UInt64
    ) throws(EnvironmentError) -> any Environment {
        try make(name, options: options, seeds: [seed])[0]
    }

    /// Builds one environment for each seed. Those that need a Python process share one, so they belong together: an
    /// error of the process is an error of all.
    public static func make(
        _ name: String, options: EnvironmentOptions = EnvironmentOptions(), seeds: [UInt64]
    ) throws(EnvironmentError) -> [any Environment] {
        let kind = try kind(of: name)
        let options = try options.resolved(name, defaults: kind.defaults)
        var environments: [any Environment] = []
        switch kind {
        case .catch:
            for seed in seeds {
                environments.append(GameEnvironment(Catch(image: options.shape, seed: seed), options: options))
            }
        case .breakout:
            for seed in seeds {
                let game = MinAtar<Breakout, SplitMix64>(
                    image: options.shape, sticky: options.sticky ?? 0, random: SplitMix64(seed: seed))
                environments.append(GameEnvironment(game, options: options))
            }
        case .bridged(let family, let id):
            let bridge = try PythonBridge(interpreter: PythonInterpreter.find(options.python))
            for seed in seeds {
                environments.append(
                    try bridge.make(BridgeTask(family: family, name: id, seed: seed, options: options)))
            }
        }
        return environments
    }
}

extension EnvironmentRegistry {
    private enum Kind {
        case `catch`
        case breakout
        case bridged(BridgeTask.Family, id: String)

        var defaults: EnvironmentOptions {
            switch self {
            case .catch: Catch.defaults
            case .breakout: MinAtarDefaults.options
            case .bridged(let family, _): family.defaults
            }
        }
    }

    private static func kind(of name: String) throws(EnvironmentError) -> Kind {
        let id = String(name.drop { $0 != "/" }.dropFirst())
        switch name.prefix(while: { $0 != "/" }) {
        case "catch" where name == "catch": return .catch
        case "minatar" where id == "breakout": return .breakout
        case "atari" where AtariGames.all.contains(id): return .bridged(.atari, id: id)
        case "atari": throw .unknownEnvironment(name, known: AtariGames.all.map { "atari/\($0)" })
        case "gym" where !id.isEmpty: return .bridged(.gym, id: id)
        default: throw .unknownEnvironment(name, known: builtIn + ["atari/<game>", "gym/<id>"])
        }
    }
}
