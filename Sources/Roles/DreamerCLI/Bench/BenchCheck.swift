import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Tensors

struct BenchCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare ratios of times with what they must at least be; status 1 where one has slipped.")

    @Option(parsing: .unconditional, help: "Compute threads; all processors by default.")
    var threads: Int?

    @Flag(help: "Print one JSON array.")
    var json = false

    struct Row: Encodable {
        var name: String
        var ratio, least: Double
        var passes: Bool
    }

    func run() throws {
        let threads = try BenchCommand.validThreads(threads)
        let agents = try ["dymodreamer", "mudreamer", "dreamerv3"].map { name in
            (name, try BenchCommand.configuration(name, size: "S", batch: 8, length: 16))
        }
        let checks = try Regressions.run(agents, threads: threads)
        if json {
            let rows = checks.map { Row(name: $0.name, ratio: $0.ratio, least: $0.least, passes: $0.passes) }
            Output.line(try Output.json(rows, readable: true))
        } else {
            Output.line(MatrixLibrary.description())
            for check in checks {
                let verdict = check.passes ? "passed" : "FAILED"
                Output.line(
                    String(format: "  %6.2f (at least %.2f) ", check.ratio, check.least) + "\(verdict)  \(check.name)")
            }
        }
        let failed = checks.count { !$0.passes }
        if failed > 0 {
            throw UserError(
                "\(failed) of \(checks.count) ratios are too low: run it again on an idle machine, then look for what became slower"
            )
        }
    }
}
