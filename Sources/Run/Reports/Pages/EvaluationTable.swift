import Display

/// The evaluations of a task's runs, and what they come to for each group.
struct EvaluationTable: Sendable {
    struct Row: Sendable {
        let group: RunGroup
        let run: RecordedRun
        /// Nil for a run that has not been evaluated.
        let evaluation: RunHistory.Evaluation?
    }

    let rows: [Row]

    init(_ groups: [RunGroup]) {
        rows = groups.flatMap { group in
            group.runs.flatMap { run -> [Row] in
                let evaluations = run.history.evaluations
                return evaluations.isEmpty
                    ? [Row(group: group, run: run, evaluation: nil)]
                    : evaluations.map { Row(group: group, run: run, evaluation: $0) }
            }
        }
    }

    // MARK: Numbers

    private static let columns = [
        "environment", "group", "run", "seed", "policy", "evaluation_seed", "episodes", "mean", "standard_deviation",
        "agent_steps", "train_steps", "minutes", "achievement_score",
    ]

    /// All rows, under the names of their columns. A run that has not been evaluated shows how far it has come.
    var csv: [[String]] { [Self.columns] + rows.map(Self.cells) }

    private static func cells(_ row: Row) -> [String] {
        let start = [row.group.environment, row.group.name, row.run.name, "\(row.run.seed)"]
        guard let evaluation = row.evaluation else {
            let reached = row.run.history
            return start + ["", "", "", "", ""] + [
                "\(reached.agentSteps)", "\(reached.trainSteps)", "\(reached.minutes)", "",
            ]
        }
        return start + [
            evaluation.policy ?? "", evaluation.seed.map { "\($0)" } ?? "", "\(evaluation.episodes)",
            "\(evaluation.mean)", "\(evaluation.standardDeviation)", "\(evaluation.agentSteps)",
            "\(evaluation.trainSteps)", "\(evaluation.minutes)",
            evaluation.achievementScore.map { "\($0)" } ?? "",
        ]
    }

    // MARK: Page

    /// Mean and sample standard deviation of the runs' newest means of one policy.
    struct Summary: Sendable, Equatable {
        let seeds: [UInt64]
        let mean: Double
        let standardDeviation: Double
    }

    /// The newest evaluation of a trained policy of each run that has one.
    static func newest(_ group: RunGroup) -> [(seed: UInt64, mean: Double)] {
        group.runs.compactMap { run in
            run.history.evaluations.last { $0.policy != "random" }.map { (run.seed, $0.mean) }
        }
    }

    /// What a group's trained policies come to; nil where fewer than two of its runs were evaluated.
    static func summary(_ group: RunGroup) -> Summary? {
        let newest = newest(group)
        guard newest.count > 1 else { return nil }
        let mean = newest.reduce(0) { $0 + $1.mean } / Double(newest.count)
        let squares = newest.reduce(0) { $0 + ($1.mean - mean) * ($1.mean - mean) }
        return Summary(
            seeds: newest.map(\.seed), mean: mean, standardDeviation: (squares / Double(newest.count - 1)).squareRoot())
    }

    var markup: Markup {
        let titles = ["run", "seed", "policy", "return", "episodes", "agent steps", "updates", "minutes"]
        var lines = [Markup("tr", [:], titles.map { Markup("th", text: $0) })]
        for (index, row) in rows.enumerated() {
            let isFirst = index == 0 || rows[index - 1].group.name != row.group.name
            if isFirst { lines.append(Self.heading(row.group)) }
            lines.append(Self.line(row))
        }
        return Markup("div", ["class": "scroll"], [Markup("table", [:], lines)])
    }

    private static func heading(_ group: RunGroup) -> Markup {
        let result = summary(group).map {
            " \(number($0.mean)) ± \(number($0.standardDeviation)) over \($0.seeds.count) seeds"
        }
        return Markup(
            "tr", ["class": "group"],
            [Markup("td", ["colspan": "3"], text: group.name), Markup("td", ["colspan": "5"], text: result ?? "")])
    }

    private static func line(_ row: Row) -> Markup {
        let reached = row.run.history
        let evaluation = row.evaluation
        let cells = [
            row.run.name, "\(row.run.seed)", evaluation?.policy ?? "",
            evaluation.map { "\(number($0.mean)) ± \(number($0.standardDeviation))" } ?? "not evaluated",
            evaluation.map { "\($0.episodes)" } ?? "",
            NumberText.grouped(evaluation?.agentSteps ?? reached.agentSteps),
            evaluation?.policy == "random" ? "" : NumberText.grouped(evaluation?.trainSteps ?? reached.trainSteps),
            number(evaluation?.minutes ?? reached.minutes),
        ]
        return Markup("tr", [:], cells.map { Markup("td", text: $0) })
    }

    private static func number(_ value: Double) -> String {
        String(NumberText.short(value).map { $0 == "-" ? "−" : $0 })
    }
}
