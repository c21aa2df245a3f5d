import ArgumentParser
import BenchmarkRuns
import Diagnostics
import Reports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Draw learning curves of runs: a page, its figures as SVG, its numbers as CSV.",
        discussion: """
            Examples:
              dreamer report runs/catch-* --output report
            """)

    @Argument(help: "Directories of the runs.")
    var directories: [String]

    @Option(help: "Folder for the report.")
    var output = "report"

    @Option(help: "Also say who learns sooner: the mean return of training episodes that counts as learned.")
    var threshold: Double?

    @Option(help: "With --threshold: the episodes of that mean.")
    var window = 100

    func run() throws {
        let runs = try directories.map { path throws(UserError) in try RecordedRun(in: path) }
        let report = try Report(
            runs, question: threshold.map { LearningQuestion(threshold: $0, window: max(window, 1)) })
        for notice in runs.flatMap(\.notices) { Output.error(notice) }
        try report.write(to: output)
        let (runCount, groupCount) = (Self.counted(runs.count, "run"), Self.counted(report.groups.count, "group"))
        Output.line("\(runCount) in \(groupCount): \(output)/index.html")
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
