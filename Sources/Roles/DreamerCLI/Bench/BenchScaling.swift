import ArgumentParser
import Benchmarks
import Diagnostics
import Foundation
import Numbers
import Tensors
import Threads

/// What more processors than there are here would bring.
struct BenchScaling: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Predict a training step with 1 to 64 threads from its loops, made part by part on one thread.",
        discussion: """
            Numbers of threads for which there are processors are measured, too, and the prediction's error is said. See \
            docs/performance.md for what is taken for granted.
            """)

    @Option(help: "Agent, or one of its ablations.")
    var agent = "dymodreamer"

    @OptionGroup var model: BenchAgent

    @Option(
        help: "Numbers of threads, with commas between them.",
        transform: { text in try BenchScaling.numbers(text) })
    var threads = [1, 2, 4, 8, 16, 32, 64]

    @Option(parsing: .unconditional, help: "Steps of each; one more goes before them.")
    var steps = 3

    @Option(help: "Precision of the products: float32, or bfloat16 where the processor has AVX512_BF16.")
    var precision = Precision.float32

    @Option(
        parsing: .unconditional, help: "How many of the places that lose most are listed for each number of threads.")
    var places = 6

    @Flag(help: "Print one JSON object.")
    var json = false

    static func numbers(_ text: String) throws -> [Int] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { number in
            guard let threads = Int(number), (1...1024).contains(threads) else {
                throw ValidationError("--threads takes numbers from 1 to 1024 with commas between them, got \(text)")
            }
            return threads
        }
    }

    struct Result: Encodable {
        struct Row: Encodable {
            var threads: Int
            /// Predicted for a step, and against one thread.
            var seconds, speed_up: Double
            /// What the seconds are made of: an equal share of the work in loops, and what is lost.
            var share, serial, few_parts, uneven_parts, forks: Double
            /// That memory has to give at least.
            var bytes_per_second: Double
            /// Where there are as many processors.
            var measured_seconds: Double?
            var losses: [Place]
        }

        struct Place: Encodable {
            var part: String
            var place: String?
            var loops: Int
            var lost_seconds: Double
            var reason: String
        }

        var agent, size: String
        var precision: Precision
        var matrix_kernels, vector_kernels: String
        var rows: [Row]
    }

    func run() throws {
        try BenchCommand.valid("steps", steps)
        try precision.requireKernels(for: "--precision")
        let benchmark = ScalingBenchmark(try model.resolve(agent), precision: precision, steps: steps)
        var result = Result(
            agent: agent, size: model.size, precision: precision, matrix_kernels: MatrixLibrary.multiplier(precision),
            vector_kernels: MatrixLibrary.instructionSet, rows: [])
        let one = benchmark.predict(threads: 1).seconds
        if !json { Output.line(heading) }
        for threads in threads {
            result.rows.append(row(benchmark, threads: threads, one: one))
            if !json { Output.line(Self.text(result.rows.last!)) }
        }
        json ? Output.line(try Output.json(result, readable: true)) : showPlaces(result.rows)
    }

    private func row(_ benchmark: ScalingBenchmark, threads: Int, one: Double) -> Result.Row {
        let p = benchmark.predict(threads: threads)
        return Result.Row(
            threads: threads, seconds: p.seconds, speed_up: one / p.seconds, share: p.work / Double(threads),
            serial: p.serial, few_parts: p.few, uneven_parts: p.uneven, forks: p.forks, bytes_per_second: p.traffic,
            measured_seconds: threads <= Processors.usable ? benchmark.measure(threads: threads) : nil,
            losses: p.losses.prefix(places).map { loss in
                Result.Place(
                    part: loss.part, place: loss.place, loops: loss.loops, lost_seconds: loss.seconds(threads),
                    reason: loss.reason)
            })
    }

    private var heading: String {
        """
        \(MatrixLibrary.description(precision))
        \(agent), size \(model.size), \(model.batch) × \(model.length), \(precision.rawValue); milliseconds of a step
        threads    step  speed-up |   share  serial  few parts  uneven   forks | memory GB/s  measured
        """
    }

    private static func text(_ row: Result.Row) -> String {
        func ms(_ seconds: Double) -> String { String(format: "%.1f", 1000 * seconds) }
        let measured = row.measured_seconds.map {
            String(format: "%@ (%+.1f %%)", ms($0), 100 * (row.seconds / $0 - 1))
        }
        let columns = [
            (String(row.threads), 7), (ms(row.seconds), 8), (String(format: "%.2f", row.speed_up), 10), ("|", 2),
            (ms(row.share), 8), (ms(row.serial), 8), (ms(row.few_parts), 11), (ms(row.uneven_parts), 8),
            (ms(row.forks), 8), ("|", 2), (String(format: "%.1f", row.bytes_per_second / 1e9), 12),
        ]
        return columns.map { String(repeating: " ", count: max(0, $0.1 - $0.0.count)) + $0.0 }.joined()
            + (measured.map { "  " + $0 } ?? "")
    }

    private func showPlaces(_ rows: [Result.Row]) {
        for row in rows where row.threads > 1 && places > 0 {
            Output.line("\(row.threads) threads lose most at")
            for loss in row.losses {
                Output.line(
                    String(format: "  %7.2f ms ", 1000 * loss.lost_seconds)
                        + "\(loss.part), \(loss.place ?? "after the last loop"): \(loss.loops) loops, \(loss.reason)")
            }
        }
    }
}
