import ArgumentParser
import Diagnostics
import Foundation
import Reports
import Runs

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Draw learning curves of runs: a page, its figures as SVG, its numbers as CSV."
    )

    @Argument(help: "Directories of the runs.")
    var directories: [String]

    @Option(help: "Folder for the report.")
    var output = "report"

    func run() throws {
        let runs = try directories.map(Self.read)
        let report = try Report(runs)
        for notice in runs.compactMap(\.unreadNotice) { Output.error(notice) }
        try report.write(to: output)
        let (runCount, groupCount) = (Self.counted(runs.count, "run"), Self.counted(report.groups.count, "group"))
        Output.line("\(runCount) in \(groupCount): \(output)/index.html")
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private static func read(_ path: String) throws -> RecordedRun {
        let directory = try RunDirectory(existing: path)
        guard FileManager.default.fileExists(atPath: directory.metricsFile.path) else {
            throw UserError("\(path) has no metrics.jsonl; give the directory of a run that has been started")
        }
        guard let configuration = try directory.configuration() else {
            throw UserError("\(path) holds no run: there is no config.yaml")
        }
        return try RecordedRun(
            name: directory.url.lastPathComponent, configuration: configuration,
            history: RunHistory(contentsOf: directory.metricsFile.path))
    }
}
