import Diagnostics
import Display
import Processes
import Runs
import Settings
import Synchronization
import TestSupport
import Testing

@testable import Supervision

/// What is decided is done, with children that are no processes.
@Suite(.timeLimit(.minutes(5))) struct TrainSupervisorTests {
    /// Starts children that do what a test says.
    private final class Stage: Sendable {
        typealias Child =
            @Sendable (AsyncStream<ChildProgram.Order>, (ChildProgram.Line) -> Void) async throws ->
            ProcessEnding

        /// By role, in the order in which they start.
        private let children: Mutex<[String: [Child]]>
        let started = Mutex<[[String]]>([])
        let ended = Mutex<[String]>([])

        init(_ children: [String: [Child]]) {
            self.children = Mutex(children)
        }

        func launch(
            _ arguments: [String], _ orders: AsyncStream<ChildProgram.Order>, _ heard: (ChildProgram.Line) -> Void
        ) async throws -> ProcessEnding {
            started.withLock { $0.append(arguments) }
            let child = children.withLock { $0[arguments[0]]?.removeFirst() }
            defer { ended.withLock { $0.append(arguments[0]) } }
            let play = try #require(child)
            return try await play(orders, heard)
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func increment() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private static let listening = ChildProgram.Line.output(#"{"kind":"listening","address":"127.0.0.1:7"}"#)

    private static let complete = ChildProgram.Line.output(#"{"kind":"complete"}"#)

    /// A child that ends when it is told to.
    private static func obedient(_ orders: AsyncStream<ChildProgram.Order>) async -> ProcessEnding {
        for await order in orders { return order == .terminate ? .exited(status: 0) : .killed(signal: 9) }
        return .killed(signal: 9)
    }

    private func supervisor(_ stage: Stage, in directory: TemporaryDirectory, actors: Int = 1) throws -> TrainSupervisor
    {
        let arguments = TrainArguments(
            try RunDirectory(creating: directory("run")), Configuration(), in: "config", python: "/usr/bin/python")
        return TrainSupervisor(
            actors: actors, arguments: arguments, display: ProgressDisplay(terminal: .standardError, live: false)
        ) { try await stage.launch($0, $1, $2) }
    }

    private static let silence = AsyncStream<TrainSupervisor.Request> { _ in }

    @Test func aLearnerThatIsDoneEndsTheRunAndItsActors() async throws {
        let directory = try TemporaryDirectory()
        let (playing, plays) = AsyncStream.makeStream(of: Void.self)
        let stage = Stage([
            "learner": [
                { _, heard in
                    heard(Self.listening)
                    for await _ in playing { break }
                    heard(Self.complete)
                    return .exited(status: 0)
                }
            ],
            "actor": [
                { orders, _ in
                    plays.yield()
                    return await Self.obedient(orders)
                }
            ],
        ])
        let outcome = try await supervisor(stage, in: directory).run(requests: Self.silence)
        #expect(outcome == .complete)
        let started = stage.started.withLock { $0 }
        #expect(started.map(\.first) == ["learner", "actor"])
        #expect(started[1].contains("127.0.0.1:7") && started[1].contains("actor-0"))
        #expect(started.allSatisfy { $0.contains("--stop-with-input") && $0.contains("/usr/bin/python") })
        // Nobody is left behind.
        #expect(stage.ended.withLock { $0 } == ["learner", "actor"])
    }

    @Test func aSignalReachesAllOfThem() async throws {
        let directory = try TemporaryDirectory()
        let (signals, signal) = AsyncStream.makeStream(of: TrainSupervisor.Request.self)
        let playing = Counter()
        let stage = Stage([
            "learner": [
                { orders, heard in
                    heard(Self.listening)
                    return await Self.obedient(orders)
                }
            ],
            "actor": [Stage.Child](
                repeating: { orders, _ in
                    if playing.increment() == 2 {
                        signal.yield(.stop)
                    }
                    return await Self.obedient(orders)
                }, count: 2),
        ])
        let outcome = try await supervisor(stage, in: directory, actors: 2).run(requests: signals)
        #expect(outcome == .stopped)
        #expect(stage.ended.withLock { $0.count } == 3)
    }

    /// The pause of a second is a real one.
    @Test func anActorThatDiesComesBack() async throws {
        let directory = try TemporaryDirectory()
        let (returned, returns) = AsyncStream.makeStream(of: Void.self)
        let stage = Stage([
            "learner": [
                { _, heard in
                    heard(Self.listening)
                    for await _ in returned { break }
                    heard(Self.complete)
                    return .exited(status: 0)
                }
            ],
            "actor": [
                { _, _ in .killed(signal: 9) },
                { orders, _ in
                    returns.yield()
                    return await Self.obedient(orders)
                },
            ],
        ])
        let outcome = try await supervisor(stage, in: directory).run(requests: Self.silence)
        #expect(outcome == .complete && stage.started.withLock { $0.count } == 3)
    }

    @Test func whatCannotStartFailsTheRun() async throws {
        let directory = try TemporaryDirectory()
        let stage = Stage(["learner": [{ _, _ in throw UserError("no such program") }]])
        let error = await #expect(throws: UserError.self) {
            try await supervisor(stage, in: directory).run(requests: Self.silence)
        }
        #expect(error?.message == "cannot start the process learner: no such program")
    }
}
