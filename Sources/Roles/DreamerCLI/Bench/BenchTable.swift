import AgentChoice
import Agents
import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Inspection
import Settings
import Tensors
import WorldModels

/// What Table 11 of the MuDreamer paper shows, of whole training steps, while its counts are of a forward (`dreamer inspect`).
struct BenchTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Multiply-adds, seconds and memory of a training step at 64², 128² and 256².")

    @OptionGroup var model: BenchAgent

    @Option(parsing: .unconditional, help: "Timed steps of each; one more goes before them.")
    var steps = 2

    @Option(parsing: .unconditional, help: "Compute threads; all processors by default.")
    var threads: Int?

    @Flag(help: "Print one JSON array.")
    var json = false

    struct Row: Encodable {
        var agent: String
        var image: Int
        /// Dense multiply-adds of a step, in 10⁹.
        var giga_multiply_adds: Double
        /// Counted from the shapes: parameters, optimiser, activations.
        var estimated_bytes: Int
        /// Nil where the step does not fit this machine's memory.
        var seconds: Double?
        var measured_bytes: Int?
    }

    private static let agents = ["dreamerv3", "dymodreamer", "mudreamer", "mudreamer-without-decoder"]

    func run() throws {
        try BenchCommand.valid("steps", steps)
        let threads = try BenchCommand.validThreads(threads)
        let configurations = try Self.agents.flatMap { name in
            try [64, 128, 256].map { (name, try model.resolve(name, ["agent.image=\($0)"])) }
        }
        var rows: [Row] = []
        if !json { Output.line(MatrixLibrary.description() + "\n" + Self.heading) }
        for (name, configuration) in configurations {
            rows.append(row(name, configuration, threads: threads))
            if !json { Output.line(Self.text(rows.last!)) }
        }
        if json { Output.line(try Output.json(rows, readable: true)) }
    }

    private func row(_ name: String, _ configuration: AgentConfiguration, threads: Int) -> Row {
        let cost = StepCost(configuration)
        let estimate = cost.activationBytes + ModelInventory(configuration).heldBytes
        var row = Row(
            agent: name, image: configuration.image, giga_multiply_adds: Double(cost.work.nominal) / 2e9,
            estimated_bytes: estimate)
        guard Double(estimate) < 0.8 * Double(ProcessInfo.processInfo.physicalMemory) else { return row }
        let benchmark = StepBenchmark(configuration, threads: threads)
        _ = benchmark.step()
        row.seconds = BenchCommand.median((0..<steps).map { _ in benchmark.step().seconds })
        row.measured_bytes = benchmark.memory
        return row
    }

    private static let heading = "agent                      image  10⁹ multiply-adds   s/step       GB"

    private static func text(_ row: Row) -> String {
        let name = row.agent.padding(toLength: 26, withPad: " ", startingAt: 0)
        let counts = String(format: "%5d %18.1f", row.image, row.giga_multiply_adds)
        guard let seconds = row.seconds, let bytes = row.measured_bytes else {
            return "\(name) \(counts)        –  " + String(format: "%.2f needed", Double(row.estimated_bytes) / 1e9)
        }
        return "\(name) \(counts) " + String(format: "%8.3f %8.2f", seconds, Double(bytes) / 1e9)
    }
}
