import ArgumentParser
import BenchmarkRuns
import Diagnostics
import Foundation
import Reports
import Runs
import Settings

struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Make the runs of a grid of tasks, agents and seeds, some at a time; the same command goes on.",
        discussion: """
            Examples:
              dreamer benchmark grid.yaml
              dreamer benchmark docs/experiments/X1.yaml --stored
            """)

    @Argument(help: "YAML file of the grid: docs/benchmarks.md lists its fields.")
    var file: String

    @Flag(help: "Only say what would be done, and how long it would take.")
    var estimate = false

    @Flag(help: "Hand runs to the queue again that it has had and that are not finished.")
    var again = false

    @Flag(help: "Afterwards keep what was measured in a file beside the grid's, .runs.")
    var store = false

    @Flag(help: "Make no runs: draw the report from that file.")
    var stored = false

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        let plan = try BenchmarkPlan(ConfigurationFile(path: file))
        var resolver = RunResolver(host: EnvironmentHost(python: python))
        let runs = try plan.runs { try resolver.resolve($0) }
        if stored {
            let kept = try StoredRuns(contentsOf: StoredRuns.path(of: file), of: runs)
            return try report(kept.recorded, of: runs.count, plan)
        }
        let driver = try BenchmarkDriver(plan, runs, again: again, python: python) { Output.line($0) }
        Output.line(driver.overview)
        if !driver.pending.isEmpty {
            for line in try plan.estimate(driver.pending).text { Output.line(line) }
        }
        if estimate { return }
        let (signals, signal) = AsyncStream.makeStream(of: Void.self)
        let handler: Signals.Handler = { request in
            // The third is for this process.
            if case .stop(let before) = request, before > 1 { return false }
            if case .stop = request { signal.yield() }
            return true
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await Signals.handled(by: handler) { try await driver.run(signals: signals) })
        } catch {
            result = .failure(error)
        }
        let recorded = runs.compactMap { try? RecordedRun(in: $0.path) }.filter { !$0.history.isEmpty }
        if store { try StoredRuns.write(recorded, to: StoredRuns.path(of: file)) }
        try report(recorded, of: runs.count, plan)
        try result.get()
    }

    /// Of all runs that have measured something.
    private func report(_ recorded: [RecordedRun], of count: Int, _ plan: BenchmarkPlan) throws {
        guard !recorded.isEmpty else { return }
        let report = try Report(recorded, question: plan.question)
        try report.write(to: plan.reportFolder)
        for answer in report.answers { Output.line(answer) }
        Output.line("\(recorded.count) of \(count) runs: \(plan.reportFolder)/index.html")
    }
}

/// Makes configurations of arguments as `train` does; seeds do not change what a task is.
private struct RunResolver {
    let host: EnvironmentHost
    private var known: [[String]: BenchmarkPlan.Resolved] = [:]

    init(host: EnvironmentHost) {
        self.host = host
    }

    mutating func resolve(_ arguments: [String]) throws -> BenchmarkPlan.Resolved {
        var options: ConfigurationOptions
        do { options = try ConfigurationOptions.parse(arguments) } catch {
            throw UserError(ConfigurationOptions.message(for: error))
        }
        let seed = options.seed.flatMap { UInt64($0) } ?? 0
        options.seed = nil
        var shared = arguments
        if let index = shared.firstIndex(of: "--seed") { shared.removeSubrange(index...index + 1) }
        if known[shared] == nil { known[shared] = try options.resolve(resuming: nil, on: host) }
        guard var resolved = known[shared] else { preconditionFailure("it was resolved, or an error was thrown") }
        resolved.configuration.run.seed = seed
        return resolved
    }
}
