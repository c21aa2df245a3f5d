import Display

/// Means and medians over the tasks of a benchmark: of runs, and those that others have published.
struct BenchmarkTable: Sendable {
    struct Line: Sendable, Equatable {
        var agent: String
        var tasks: Int
        var mean: Double?
        var median: Double?
        var superhuman: Int?
        /// Empty for runs.
        var source = ""
    }

    let benchmark: Benchmark
    let scores: [BenchmarkScores]

    /// Nil where no run belongs to it.
    init?(_ benchmark: Benchmark, _ groups: [RunGroup]) {
        scores = benchmark.scores(groups)
        self.benchmark = benchmark
        guard !scores.isEmpty else { return nil }
    }

    var lines: [Line] {
        let own = scores.map { scores in
            Line(
                agent: scores.agent, tasks: scores.tasks.count, mean: scores.mean, median: scores.median,
                superhuman: benchmark.human.map { scores.count(above: $0) })
        }
        return own + published + ablations
    }

    private var published: [Line] {
        PublishedTables.scores.filter { $0.setting == benchmark.setting }.flatMap { table in
            table.columns.compactMap { name in
                func number(_ row: String) -> Double? { table.numbers(row).first { $0.name == name }?.value }
                guard let mean = number("mean") else { return nil }
                return Line(
                    agent: name, tasks: benchmark.taskCount, mean: mean, median: number("median"),
                    superhuman: number("superhuman").map { Int($0) }, source: table.source)
            }
        }
    }

    private var ablations: [Line] {
        let table = PublishedTables.ablations
        guard table.setting == benchmark.setting else { return [] }
        // The first is the agent itself, of which another table has told.
        return table.rows.dropFirst().map { row in
            Line(
                agent: row.name, tasks: benchmark.taskCount, mean: row.values[0], median: row.values[1],
                source: table.source)
        }
    }

    // MARK: Numbers

    static let summaryColumns = ["benchmark", "agent", "tasks", "mean", "median", "superhuman", "source"]

    var summaryRows: [[String]] {
        lines.map { line in
            [
                benchmark.setting, line.agent, "\(line.tasks)", Self.cell(line.mean), Self.cell(line.median),
                line.superhuman.map { "\($0)" } ?? "", line.source,
            ]
        }
    }

    static let taskColumns = ["benchmark", "agent", "environment", "score", "normalized", "seeds"]

    var taskRows: [[String]] {
        scores.flatMap { scores in
            scores.tasks.map { task in
                [
                    benchmark.setting, scores.agent, task.environment, "\(task.score)", "\(task.comparable)",
                    "\(task.seeds)",
                ]
            }
        }
    }

    private static func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

    // MARK: Page

    var markup: [Markup] {
        var titles = ["agent", "tasks", "mean", "median"]
        if benchmark.human != nil { titles.append("superhuman") }
        let head = Markup("tr", [:], (titles + ["source"]).map { Markup("th", text: $0) })
        let note = Markup(
            "p",
            text:
                "Means over seeds of the runs' newest evaluations, then over the tasks that were evaluated: a benchmark of "
                + "fewer than \(benchmark.taskCount) tasks is not comparable.")
        return [
            Markup("h2", text: benchmark.title), note,
            Markup("div", ["class": "scroll"], [Markup("table", [:], [head] + lines.map(row))]),
        ]
    }

    private func row(_ line: Line) -> Markup {
        var cells = [line.agent, "\(line.tasks)", number(line.mean), number(line.median)]
        if benchmark.human != nil { cells.append(line.superhuman.map { "\($0)" } ?? "") }
        return Markup("tr", [:], (cells + [line.source]).map { Markup("td", text: $0) })
    }

    private func number(_ value: Double?) -> String {
        guard let value else { return "" }
        // Shares of a human's score are read as per cent.
        return benchmark.human == nil ? NumberText.short(value) : "\(NumberText.short(100 * value)) %"
    }
}
