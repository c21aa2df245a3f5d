import ArgumentParser
import Diagnostics
import Display
import Foundation
import RunList
import Runs

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs: state, agent, environment, steps, return, size, when they were touched last.",
        discussion: """
            The return is that of the last evaluation (marked *), else the mean of the last 100 training episodes.

            Examples:
              dreamer runs
              dreamer runs /data/runs runs/mine --json
            """)

    @Argument(help: "Directories of runs, or directories that hold some.")
    var directories = ["runs"]

    @Flag(help: "One JSON array.")
    var json = false

    func run() throws {
        var runs: [RunSummary] = []
        for path in directories {
            for directory in try RunDirectory.runs(in: path) {
                do { runs.append(try RunSummary(directory)) } catch let error as UserError {
                    Output.error("dreamer: \(error.message)")
                }
            }
        }
        if json { return Output.line(try Output.json(runs, readable: true)) }
        let header = ["run", "state", "agent", "environment", "steps", "of", "return", "size", "touched"]
        let table = [header] + runs.map(\.cells)
        let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        for row in table {
            let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            Output.line(Output.trimmed(cells.joined(separator: "  ")))
        }
    }
}

extension RunSummary {
    fileprivate var cells: [String] {
        let played = episodeReturn.map { String(format: "%.4g", $0) + (isEvaluated ? "*" : "") } ?? "–"
        return [
            path, state.rawValue, agent, environment, "\(agentSteps)", "\(targetSteps)", played,
            ByteCountFormatter.string(fromByteCount: Int64(bytes), countStyle: .binary), age,
        ]
    }

    private var age: String {
        guard touched > 0 else { return "–" }
        let seconds = max(0, Date().timeIntervalSince1970 - touched)
        return switch seconds {
        case ..<120: "\(Int(seconds)) s ago"
        case ..<7200: "\(Int(seconds / 60)) min ago"
        case ..<172_800: "\(Int(seconds / 3600)) h ago"
        default: "\(Int(seconds / 86_400)) days ago"
        }
    }
}
