import AgentChoice
import Agents
import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Inspection
import Measurements
import Numbers
import Tensors
import WorldModels

struct BenchTrainStep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-step",
        abstract: "Time a training step beside the rate of large matrix products in the same process.")

    @Option(help: "Agent, or one of its ablations.")
    var agent = "dymodreamer"

    @OptionGroup var model: BenchAgent

    @Option(parsing: .unconditional, help: "Timed steps; one more goes before them.")
    var steps = 5

    @Option(parsing: .unconditional, help: "Compute threads; all processors by default.")
    var threads: Int?

    @Option(help: "Precision of the products: float32, or bfloat16 where the processor has AVX512_BF16.")
    var precision = Precision.float32

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Everything that is reported. Times are medians over the steps.
    struct Result: Encodable {
        var agent, size: String
        var batch, length, image, threads, steps: Int
        /// Of the products.
        var precision: Precision
        var matrix_kernels, vector_kernels: String
        var seconds: Double
        /// Seconds of each step that was timed.
        var all_seconds: [Double]
        var parts: [String: Double]
        /// Dense work from the shapes, and the work that was done, in GFLOP.
        var nominal_gflop, executed_gflop: Double
        /// Nominal work over time, and the rate of products [2048, 2048] × [2048, 2048] in this process, in its precision, the
        /// faster of OpenBLAS's and our own, in GFLOP/s.
        var dense_equivalent_gflops, peak_gflops: Double
        var fraction_of_peak: Double
        var peak_resident_bytes: Int
    }

    func run() throws {
        try BenchCommand.valid("steps", steps)
        try precision.requireKernels(for: "--precision")
        let result = try measure(threads: BenchCommand.validThreads(threads))
        json ? Output.line(try Output.json(result, readable: true)) : Self.show(result)
    }

    private func measure(threads: Int) throws -> Result {
        let configuration = try model.resolve(agent)
        let before = MatrixPeak.measure(threads: threads, precision: precision)
        let benchmark = StepBenchmark(configuration, threads: threads, precision: precision)
        _ = benchmark.step()
        let timings = (0..<steps).map { _ in benchmark.step() }
        // Whatever disturbs the one measurement of the peak leaves the other: the peak is not to be underestimated.
        let peak = max(before, MatrixPeak.measure(threads: threads, precision: precision))
        let seconds = BenchCommand.median(timings.map(\.seconds))
        let nominal = 1e-9 * Double(StepCost(configuration).work.nominal)
        return Result(
            agent: agent, size: model.size, batch: configuration.batch, length: configuration.length,
            image: configuration.image, threads: threads, steps: steps, precision: precision,
            matrix_kernels: MatrixLibrary.multiplier(precision),
            vector_kernels: MatrixLibrary.instructionSet, seconds: seconds, all_seconds: timings.map(\.seconds),
            parts: Dictionary(
                uniqueKeysWithValues: StepPart.allCases.map { part in
                    (part.name, BenchCommand.median(timings.map { $0.parts[part, default: 0] }))
                }),
            nominal_gflop: nominal, executed_gflop: 1e-9 * Double(timings[0].operations),
            dense_equivalent_gflops: nominal / seconds, peak_gflops: peak, fraction_of_peak: nominal / seconds / peak,
            peak_resident_bytes: BenchCommand.peakResidentBytes)
    }

    private static func show(_ r: Result) {
        Output.line(MatrixLibrary.description(r.precision))
        Output.line(
            "\(r.agent), size \(r.size), \(r.batch) × \(r.length) frames of \(r.image)², \(r.threads) threads, \(r.precision.rawValue)"
        )
        func line(_ name: String, _ value: Double, _ unit: String, _ format: String = "%.3f") {
            let padded = name.padding(toLength: 24, withPad: " ", startingAt: 0)
            Output.line("  \(padded)\(String(format: format, value)) \(unit)")
        }
        line("seconds per step", r.seconds, "(median of \(r.steps))")
        for part in StepPart.allCases { line("  " + part.name, r.parts[part.name] ?? 0, "") }
        line("nominal work", r.nominal_gflop, "GFLOP", "%.1f")
        line("executed work", r.executed_gflop, "GFLOP", "%.1f")
        line("dense-equivalent rate", r.dense_equivalent_gflops, "GFLOP/s", "%.1f")
        line("peak of products", r.peak_gflops, "GFLOP/s", "%.1f")
        line("fraction of peak", r.fraction_of_peak, "", "%.2f")
        line("peak resident memory", Double(r.peak_resident_bytes) / 1e9, "GB", "%.2f")
    }
}
