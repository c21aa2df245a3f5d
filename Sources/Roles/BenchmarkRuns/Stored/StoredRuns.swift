import Diagnostics
import Files
import Foundation
import Reports

/// What the runs of a grid have measured, in one file of text beside the grid's: enough to draw its report again where the runs'
/// directories are not.
///
/// ```
/// run catch-dreamerv3-s0
/// end 9000 2125 4.6                      agent steps, training steps, minutes
/// return 16 0.01 -1 -1 1                 of training episodes, after so many agent steps and minutes
/// loss.image 4000 2.1 35.5               a mean of several lines of metrics
/// evaluation 9000 4.7 0.98 mode 1000 100 0.14 2125
/// ```
package struct StoredRuns: Sendable {
    /// In the order of the grid.
    package let recorded: [RecordedRun]

    /// The file that belongs to a grid's: `X1.runs` beside `X1.yaml`.
    package static func path(of grid: String) -> String {
        URL(fileURLWithPath: grid).deletingPathExtension().appendingPathExtension("runs").path
    }

    /// - Throws: one line that names the line that cannot be read, or the run that is missing or no part of the grid.
    package init(contentsOf path: String, of runs: [BenchmarkRun]) throws(UserError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw UserError("\(path) cannot be read: it is written by `dreamer benchmark --store` once there are runs")
        }
        try self.init(String(decoding: data, as: UTF8.self), name: path, of: runs)
    }

    /// - Parameter name: what errors call it.
    init(_ text: String, name: String, of runs: [BenchmarkRun]) throws(UserError) {
        let histories = try Self.histories(text, name: name)
        let known = Set(runs.map(\.name))
        if let stranger = histories.keys.sorted().first(where: { !known.contains($0) }) {
            throw UserError("\(name): \(stranger) is none of the grid's runs; store them again")
        }
        var recorded: [RecordedRun] = []
        for run in runs {
            guard let history = histories[run.name] else { continue }
            recorded.append(try RecordedRun(name: run.name, configuration: run.configuration, history: history))
        }
        self.recorded = recorded
    }

    private static func histories(_ text: String, name: String) throws(UserError) -> [String: RunHistory] {
        var (histories, run): ([String: RunHistory], String?) = ([:], nil)
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ").map(String.init)
            guard let what = words.first, !what.hasPrefix("#") else { continue }
            if what == "run", words.count == 2 {
                run = words[1]
                histories[words[1]] = RunHistory()
            } else if let run, histories[run]?.take(words) == true {
                continue
            } else {
                throw UserError("\(name): line \(number + 1) says nothing that is known: \(line.prefix(60))")
            }
        }
        return histories
    }

    /// Keeps these in `path`.
    package static func write(_ runs: [RecordedRun], to path: String) throws {
        let text = runs.map { "run \($0.name)\n" + $0.history.lines.map { $0 + "\n" }.joined() }.joined()
        try DurableFile.replace(path, with: text.utf8)
    }
}
