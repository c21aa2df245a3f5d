/// Names that stand for several environments, for who runs them all; none is an environment.
public enum TaskList {
    /// By name, in the order of papers.
    public static let all: KeyValuePairs<String, [String]> = [
        "atari/benchmark": AtariGames.benchmark.map { "atari/\($0)" },
        "dmc/benchmark": ControlTasks.benchmark.map { "dmc/\($0)" },
        "dmc/backgrounds": ControlTasks.backgrounds.map { "dmc/\($0)" },
        "minatar/benchmark": EnvironmentFamily.all.first { $0.name == "minatar" }?.names ?? [],
    ]

    /// Nil where there is no list of that name.
    public static func tasks(_ name: String) -> [String]? {
        all.first { $0.key == name }?.value
    }
}
