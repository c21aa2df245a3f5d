import Diagnostics
import Foundation

/// Learning curves and evaluations of runs, as files: a page, one SVG for each figure, and all numbers as CSV.
public struct Report: Sendable {
    /// A file of the report.
    public struct File: Sendable, Equatable {
        public let name: String
        public let text: String
    }

    /// The page first.
    public let files: [File]
    public let groups: [RunGroup]
    /// What the question's contrasts come to, a line each.
    public let answers: [String]

    /// - Parameter question: what is asked besides curves and evaluations; nil for nothing.
    /// - Throws: one line for a run that has measured nothing yet.
    public init(_ runs: [RecordedRun], question: LearningQuestion? = nil) throws(UserError) {
        if let empty = runs.first(where: { $0.history.isEmpty }) {
            throw UserError(
                empty.unreadNotice.map { "\($0), and nothing is left to report; its metrics.jsonl is damaged" }
                    ?? "\(empty.name) has no measurements yet; let the run train first")
        }
        groups = RunGroup.all(runs)
        let tasks = TaskCurves.all(groups)
        let drawings = tasks.flatMap(\.figures).map { figure in
            File(name: figure.fileName + ".svg", text: figure.svg(standsAlone: true).text + "\n")
        }
        let comparison = question.map { [groups] in LearningComparison($0, groups) }
        answers = comparison?.answers ?? []
        // A table of its header only belongs to a figure that does not exist.
        let numbers = (tasks.flatMap(\.tables) + (comparison?.tables ?? [])).filter { $0.rows.count > 1 }.map { table in
            File(name: table.name, text: CSV.text(table.rows))
        }
        let achievements = tasks.compactMap { task in
            AchievementTable(task).map { File(name: "achievements-\(task.fileName).csv", text: CSV.text($0.csv)) }
        }
        let benchmarks = Benchmark.all.compactMap { [groups] in BenchmarkTable($0, groups) }
        let page = File(
            name: "index.html", text: Page(tasks: tasks, benchmarks: benchmarks, comparison: comparison).html)
        let evaluations = File(name: "evaluations.csv", text: CSV.text(EvaluationTable(groups).csv))
        files =
            [page] + drawings + numbers + [evaluations] + achievements
            + Self.comparisons(tasks, benchmarks)
    }

    /// What others have published about these tasks, and sums over the tasks of benchmarks; none where there are none.
    private static func comparisons(_ tasks: [TaskCurves], _ benchmarks: [BenchmarkTable]) -> [File] {
        let published = tasks.flatMap { task in
            task.published.map { [task.environment, $0.name, "\($0.value)", $0.source] }
        }
        return [
            ("published.csv", ["environment", "agent", "score", "source"], published),
            ("benchmarks.csv", BenchmarkTable.summaryColumns, benchmarks.flatMap(\.summaryRows)),
            ("benchmark-tasks.csv", BenchmarkTable.taskColumns, benchmarks.flatMap(\.taskRows)),
        ].filter { !$2.isEmpty }.map { File(name: $0, text: CSV.text([$1] + $2)) }
    }

    /// Writes all files into `folder`, which is made where it is missing; files of the same names are replaced.
    ///
    /// - Throws: one line for a folder that cannot be written.
    public func write(to folder: String) throws(UserError) {
        let url = URL(fileURLWithPath: folder)
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            for file in files {
                try file.text.write(to: url.appendingPathComponent(file.name), atomically: true, encoding: .utf8)
            }
        } catch {
            throw UserError("cannot write the report to \(folder); choose another --output")
        }
    }
}
