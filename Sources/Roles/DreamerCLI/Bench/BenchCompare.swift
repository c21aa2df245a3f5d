import ArgumentParser
import Diagnostics
import Foundation
import Numbers
import Processes
import Synchronization
import Tensors

/// A training step beside that of another program, in turn on the same machine.
struct BenchCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Time a training step beside that of another program, in turn, several rounds.",
        discussion: """
            The other program is a command behind `--`, which prints the seconds of each of its steps as `SECONDS s/step`:

              dreamer bench compare -- python3 reference.py time dymodreamer --steps 3

            Of each round its first step is left out, as is our own: both warm up.
            """)

    @Option(help: "Agent, or one of its ablations.")
    var agent = "dymodreamer"

    @OptionGroup var model: BenchAgent

    @Option(parsing: .unconditional, help: "Rounds: each runs the other program and ours.")
    var rounds = 3

    @Option(parsing: .unconditional, help: "Timed steps of ours in a round.")
    var steps = 2

    @Option(parsing: .unconditional, help: "Compute threads of ours; one per processor by default.")
    var threads: Int?

    @Option(help: "Precision of our products: float32, or bfloat16 where the processor has AVX512_BF16.")
    var precision = Precision.float32

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(parsing: .postTerminator, help: "The other program and its arguments.")
    var command: [String] = []

    struct Result: Encodable {
        struct Round: Encodable {
            /// Seconds of each step that counts.
            var other, own: [Double]
        }

        var agent, size: String
        var precision: Precision
        var threads: Int
        var command: [String]
        var rounds: [Round]
        /// Medians over the steps of all rounds, and their ratio.
        var other_seconds, own_seconds, ratio: Double
    }

    func run() async throws {
        try BenchCommand.valid("rounds", rounds)
        try BenchCommand.valid("steps", steps)
        let threads = try BenchCommand.validThreads(threads)
        try precision.requireKernels(for: "--precision")
        try Requirement.check(!command.isEmpty, "say what to compare with behind --: `-- python3 FILE time AGENT`")
        _ = try model.resolve(agent)
        var done: [Result.Round] = []
        for _ in 0..<rounds {
            done.append(Result.Round(other: try await other(), own: try await own(threads: threads)))
        }
        let (other, own) = (BenchCommand.median(done.flatMap(\.other)), BenchCommand.median(done.flatMap(\.own)))
        let result = Result(
            agent: agent, size: model.size, precision: precision, threads: threads, command: command, rounds: done,
            other_seconds: other, own_seconds: own, ratio: other / own)
        if json { return Output.line(try Output.json(result, readable: true)) }
        show(result)
    }

    private func show(_ r: Result) {
        Output.line(
            "\(r.agent), size \(r.size), \(model.batch) × \(model.length), \(r.precision.rawValue), \(r.threads) threads, beside "
                + r.command.joined(separator: " "))
        func list(_ seconds: [Double]) -> String { seconds.map { String(format: "%.3f", $0) }.joined(separator: " ") }
        for (index, round) in r.rounds.enumerated() {
            Output.line("  round \(index + 1)   other \(list(round.other))   ours \(list(round.own))")
        }
        Output.line(
            String(
                format: "  medians   other %.3f s a step   ours %.3f s   other over ours %.2f", r.other_seconds,
                r.own_seconds, r.ratio))
    }

    // MARK: Rounds

    /// Seconds of the other program's steps, but the first.
    private func other() async throws -> [Double] {
        let lines = try await output(ChildProgram(executable: "/usr/bin/env", arguments: command), of: command[0])
        let seconds = lines.compactMap { line in
            line.firstMatch(of: /([0-9]+\.?[0-9]*) s\/step/).flatMap { Double($0.1) }
        }
        guard seconds.count > 1, seconds.allSatisfy({ $0 > 0 }) else {
            throw UserError(
                "\(command[0]) must print at least two lines with `SECONDS s/step`, the first of which is left out; it printed "
                    + "\(seconds.count)")
        }
        return Array(seconds.dropFirst())
    }

    private struct Own: Decodable {
        var all_seconds: [Double]
    }

    /// Seconds of ours, in a process like the other's.
    private func own(threads: Int) async throws -> [Double] {
        var arguments = [
            "bench", "train-step", "--json", "--agent", agent, "--size", model.size, "--batch", "\(model.batch)",
            "--length", "\(model.length)", "--steps", "\(steps)", "--threads", "\(threads)", "--precision",
            precision.rawValue,
        ]
        for setting in model.overrides { arguments += ["--set", setting] }
        let lines = try await output(ChildProgram(arguments: arguments), of: "dreamer")
        return try JSONDecoder().decode(Own.self, from: Data(lines.joined(separator: "\n").utf8)).all_seconds
    }

    /// What a program prints, which must end well.
    private func output(_ program: ChildProgram, of name: String) async throws -> [String] {
        let heard = Heard()
        let ending = try await program.run(orders: AsyncStream { $0.finish() }) { heard.add($0) }
        guard ending == .exited(status: 0) else {
            throw UserError("\(name) ended with \(ending)\(heard.lastMessage.map { ": " + $0 } ?? "")")
        }
        return heard.output
    }

    private final class Heard: Sendable {
        private let lines = Mutex<(output: [String], message: String?)>(([], nil))

        var output: [String] { lines.withLock { $0.output } }
        var lastMessage: String? { lines.withLock { $0.message } }

        func add(_ line: ChildProgram.Line) {
            lines.withLock { lines in
                switch line {
                case .output(let text): lines.output.append(text)
                case .message(let text): lines.message = text
                }
            }
        }
    }
}
