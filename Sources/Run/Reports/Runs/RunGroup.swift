import Settings

/// Runs of one configuration that differ in their seeds.
public struct RunGroup: Sendable {
    /// What tells it from the other groups of its task: agent, size, and the keys in which they differ.
    public internal(set) var name: String
    /// In the order of their seeds.
    public internal(set) var runs: [RecordedRun]

    public var environment: String { runs[0].names.environment }

    /// Keys in which repetitions of one experiment may differ.
    private static let incidental: Set = [
        "run.seed", "run.id", "learner.listen", "learner.threads", "dashboard.listen",
    ]

    /// Groups in the order in which their first runs were given.
    public static func all(_ runs: [RecordedRun]) -> [RunGroup] {
        var groups: [RunGroup] = []
        for run in runs {
            if let index = groups.firstIndex(where: { differences(run, from: $0.runs[0]).isEmpty }) {
                groups[index].runs.append(run)
            } else {
                groups.append(RunGroup(name: baseName(run), runs: [run]))
            }
        }
        for index in groups.indices {
            groups[index].runs.sort { $0.seed < $1.seed }
        }
        return distinguished(groups)
    }

    private static func differences(_ run: RecordedRun, from other: RecordedRun) -> [ConfigurationDifference] {
        run.configuration.differences(from: other.configuration).filter { !incidental.contains($0.path) }
    }

    private static func baseName(_ run: RecordedRun) -> String {
        ([run.names.agent, run.names.size ?? "own size"] + run.names.changes).joined(separator: " · ")
    }

    /// Adds, where groups of one task have the same name, the keys that tell them apart.
    private static func distinguished(_ groups: [RunGroup]) -> [RunGroup] {
        groups.map { group in
            let alike = groups.filter { $0.name == group.name && $0.environment == group.environment }
            var paths: [String] = []
            for other in alike {
                for difference in differences(group.runs[0], from: other.runs[0]) where !paths.contains(difference.path)
                {
                    paths.append(difference.path)
                }
            }
            var named = group
            for path in paths { named.name += " · " + group.value(of: path, among: alike) }
            return named
        }
    }

    /// "path=value", as one of the other groups sees it.
    private func value(of path: String, among others: [RunGroup]) -> String {
        for other in others {
            let difference = Self.differences(runs[0], from: other.runs[0]).first { $0.path == path }
            if let difference { return difference.assignment }
        }
        preconditionFailure("no group differs in \(path)")
    }
}

extension RunGroup {
    /// "seeds 1, 2, 3".
    var seeds: String {
        let all = runs.map { "\($0.seed)" }
        return (all.count == 1 ? "seed " : "seeds ") + all.joined(separator: ", ")
    }
}
