/// What one agent has reached in the tasks of a benchmark.
struct BenchmarkScores: Sendable, Equatable {
    struct Task: Sendable, Equatable {
        /// "atari/pong".
        var environment: String
        /// Mean over seeds of the runs' newest evaluations.
        var score: Double
        /// On the benchmark's scale.
        var comparable: Double
        var seeds: Int
    }

    /// Name of the groups of runs.
    let agent: String
    let tasks: [Task]

    var mean: Double { tasks.reduce(0) { $0 + $1.comparable } / Double(tasks.count) }

    var median: Double {
        let sorted = tasks.map(\.comparable).sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Tasks in which `human` is surpassed.
    func count(above human: Double) -> Int { tasks.count { $0.comparable > human } }
}

extension Benchmark {
    /// By agent, in the order in which they come first; those of whose runs none was evaluated are left out.
    func scores(_ groups: [RunGroup]) -> [BenchmarkScores] {
        let own = groups.filter { $0.runs[0].configuration.setting == setting }
        var agents: [String] = []
        for group in own where !agents.contains(group.name) { agents.append(group.name) }
        return agents.compactMap { agent in
            let tasks = own.filter { $0.name == agent }.compactMap(task)
            return tasks.isEmpty ? nil : BenchmarkScores(agent: agent, tasks: tasks)
        }
    }

    private func task(_ group: RunGroup) -> BenchmarkScores.Task? {
        let means = EvaluationTable.newest(group).map(\.mean)
        guard !means.isEmpty else { return nil }
        let score = means.reduce(0, +) / Double(means.count)
        guard let comparable = comparable(score, group.environment) else { return nil }
        return .init(environment: group.environment, score: score, comparable: comparable, seeds: means.count)
    }
}
