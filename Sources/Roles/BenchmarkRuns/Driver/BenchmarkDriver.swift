import Diagnostics
import Foundation
import Processes
import Settings

/// Makes the runs of a grid, some at a time: here as child processes, or by a command that hands them to a queue.
package struct BenchmarkDriver: Sendable {
    private typealias Queue = AsyncStream<BenchmarkSchedule.Event>.Continuation

    private let plan: BenchmarkPlan
    private let runs: [BenchmarkRun]
    private let states: [RunState]
    private let files: BenchmarkFiles
    private let python: String?
    private let print: @Sendable (String) -> Void

    /// - Parameters:
    ///   - again: whether runs that a queue has are handed over again.
    ///   - print: told what happens.
    /// - Throws: one line for a folder that holds other runs.
    package init(
        _ plan: BenchmarkPlan, _ runs: [BenchmarkRun], again: Bool, python: String?,
        print: @escaping @Sendable (String) -> Void
    ) throws {
        self.plan = plan
        self.runs = runs
        self.python = python
        self.print = print
        files = BenchmarkFiles(plan.output)
        states = try runs.map { [files] run in
            try RunState(run, handedOver: !again && plan.command != nil && files.isHandedOver(run))
        }
    }

    /// The runs that are not finished and that no queue has, with how far they have come.
    package var pending: [(run: BenchmarkRun, state: RunState)] {
        zip(runs, states).filter { $1.isPending }.map { ($0, $1) }
    }

    /// "12 runs: 4 finished, 1 to be resumed, 7 new; 2 at a time".
    package var overview: String {
        let counts: [(Int, String)] = [
            (states.count { $0 == .finished }, "finished"), (states.count { $0 == .handedOver }, "handed over"),
            (states.count { if case .unfinished = $0 { true } else { false } }, "to be resumed"),
            (states.count { $0 == .new }, "new"),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "\(runs.count) runs: \(parts); \(plan.parallel) at a time"
    }

    /// Makes all that are pending.
    /// - Parameter signals: each asks to stop, the second one at once.
    /// - Throws: one line for a folder that cannot be made, that names runs that failed, or says that all was stopped.
    package func run(signals: AsyncStream<Void>) async throws {
        try files.makeFolder()
        let (events, queue) = AsyncStream.makeStream(of: BenchmarkSchedule.Event.self)
        let numbers = runs.indices.filter { states[$0].isPending }
        let schedule = try await withThrowingDiscardingTaskGroup(returning: BenchmarkSchedule.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await _ in signals { queue.yield(.signal) } }
            var schedule = BenchmarkSchedule(Array(numbers), parallel: plan.parallel)
            var orders: [Int: AsyncStream<ChildProgram.Order>.Continuation] = [:]
            var actions = schedule.begin()
            var next = events.makeAsyncIterator()
            while true {
                for action in actions {
                    switch action {
                    case .start(let number):
                        let (stream, continuation) = AsyncStream.makeStream(of: ChildProgram.Order.self)
                        orders[number] = continuation
                        print("\(runs[number].name): started")
                        group.addTask { queue.yield(.ended(number, await run(runs[number], stream))) }
                    case .stop(let atOnce):
                        print(atOnce ? "stopping at once" : "stopping; once more to stop at once")
                        for continuation in orders.values { continuation.yield(atOnce ? .kill : .terminate) }
                    case .end: return schedule
                    }
                }
                guard let event = await next.next() else { return schedule }
                if case .ended(let number, let outcome) = event {
                    orders[number] = nil
                    print("\(runs[number].name): \(outcome.text)")
                }
                actions = schedule.handle(event)
            }
        }
        try report(schedule)
    }

    private func report(_ schedule: BenchmarkSchedule) throws(UserError) {
        if schedule.isStopping {
            throw UserError("stopped; the same command goes on", exitCode: 4)
        }
        let failed = schedule.outcomes.sorted { $0.key < $1.key }.compactMap { number, outcome in
            if case .failed = outcome { "\(runs[number].name): \(outcome.text)" } else { nil }
        }
        guard let first = failed.first else { return }
        throw UserError(
            "\(failed.count) of \(runs.count) runs failed: \(first)\(failed.count > 1 ? ", …" : ""); the same command tries again",
            exitCode: 1)
    }

    // MARK: One run

    private func run(_ run: BenchmarkRun, _ orders: AsyncStream<ChildProgram.Order>) async -> BenchmarkSchedule.Outcome
    {
        do {
            let log = try files.log(run)
            let ending = try await program(run).run(orders: orders) { log.add($0) }
            return try outcome(run, ending, log.lastMessage)
        } catch {
            return .failed("\(error)")
        }
    }

    private func program(_ run: BenchmarkRun) throws -> ChildProgram {
        let arguments = ["train"] + run.arguments + (python.map { ["--python", $0] } ?? [])
        guard let command = plan.command else { return ChildProgram(arguments: arguments + ["--stop-with-input"]) }
        let line = ([ChildProgram.ownPath] + arguments).map(\.quotedForShell).joined(separator: " ")
        let script = try files.script(run, line)
        return ChildProgram(
            executable: "/bin/sh",
            arguments: [
                "-c",
                command.filled([
                    "script": script.quotedForShell, "command": line, "name": run.name,
                    "directory": run.path.quotedForShell,
                ]),
            ])
    }

    private func outcome(
        _ run: BenchmarkRun, _ ending: ProcessEnding, _ lastMessage: String
    ) throws -> BenchmarkSchedule.Outcome {
        if try RunState(run, handedOver: false) == .finished { return .finished }
        switch ending {
        case .exited(status: 0) where plan.command != nil:
            try files.noteHandedOver(run)
            return .handedOver
        case .exited(status: 4) where plan.command == nil: return .stopped
        case .exited(status: 0): return .failed("it ended before it was complete")
        case .exited, .killed: return .failed(lastMessage.isEmpty ? "\(ending)" : lastMessage)
        }
    }
}

extension BenchmarkSchedule.Outcome {
    /// As the end of a sentence.
    fileprivate var text: String {
        switch self {
        case .finished: "finished"
        case .handedOver: "handed over"
        case .stopped: "stopped"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
