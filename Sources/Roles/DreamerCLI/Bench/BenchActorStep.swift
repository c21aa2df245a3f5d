import ArgumentParser
import Benchmarks
import Foundation
import Tensors

struct BenchActorStep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actor-step", abstract: "Time an acting step on one thread, for 1 to 16 environments at once.")

    @Option(help: "Agent, or one of its ablations.")
    var agent = "dymodreamer"

    @OptionGroup var model: BenchAgent

    @Option(parsing: .unconditional, help: "Timed steps for each number of environments.")
    var steps = 100

    @Flag(help: "Print one JSON object.")
    var json = false

    struct Result: Encodable {
        struct Row: Encodable {
            var environments: Int
            /// Median time of a step of all environments, and what falls to each of them.
            var milliseconds, milliseconds_per_environment: Double
        }

        var agent, size: String
        var matrix_kernels, vector_kernels: String
        var rows: [Row]
    }

    func run() throws {
        try BenchCommand.valid("steps", steps)
        let configuration = try model.resolve(agent)
        let rows = try [1, 4, 16].map { environments in
            let milliseconds = 1000 * (try ActingBenchmark(configuration, environments: environments).run(steps: steps))
            return Result.Row(
                environments: environments, milliseconds: milliseconds,
                milliseconds_per_environment: milliseconds / Double(environments))
        }
        if json {
            Output.line(
                try Output.json(
                    Result(
                        agent: agent, size: model.size, matrix_kernels: MatrixLibrary.multiplier(),
                        vector_kernels: MatrixLibrary.instructionSet, rows: rows), readable: true))
            return
        }
        Output.line(MatrixLibrary.description())
        Output.line("\(agent), size \(model.size), one thread")
        for row in rows {
            Output.line(
                String(
                    format: "  %3d environments %8.2f ms %8.2f ms each", row.environments, row.milliseconds,
                    row.milliseconds_per_environment))
        }
    }
}
