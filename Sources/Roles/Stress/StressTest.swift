import Diagnostics
import Foundation
import Logging
import Processes
import Synchronization

/// Runs a stress test: a learner in this process, actors in processes of their own.
public struct StressTest: Sendable {
    private let plan: StressPlan
    private let storage: String
    private let logger: Logger

    /// - Parameter storage: directory of the replay and of the actors' receipts.
    public init(_ plan: StressPlan, storage: String, logger: Logger) {
        self.plan = plan
        self.storage = storage
        self.logger = logger
    }

    /// What the actor processes have said.
    private struct Heard: Sendable {
        var results: [StressReport.ActorResult] = []
        var ended = 0
        var messages: [String] = []
    }

    private final class Ears: Sendable {
        let heard = Mutex(Heard())
    }

    /// Runs the whole test and verifies what it stored. Actor processes end with it.
    public func run() async throws -> StressReport {
        let learner = try StressLearner(plan, storage: storage, logger: quiet)
        let port = try await learner.start()
        return try await learner.observed { dashboard in
            try await test(learner, port: port, dashboard: dashboard)
        }
    }

    private func test(_ learner: StressLearner, port: Int, dashboard: String?) async throws -> StressReport {
        let (ears, orders) = (
            Ears(), (0..<plan.actors).map { _ in AsyncStream.makeStream(of: ChildProgram.Order.self) }
        )
        return try await withThrowingDiscardingTaskGroup(returning: StressReport.self) { actors in
            defer { actors.cancelAll() }
            for (index, order) in orders.enumerated() {
                let arguments = arguments(index, port: port, learner, dashboard: dashboard)
                actors.addTask { await play(arguments, order.stream, learner, ears) }
            }
            try await waitForConnections(learner, ears)
            let measurement = try await learner.measure(port: port)
            for order in orders { order.continuation.yield(.terminate) }
            await wait(seconds: 180) { ears.heard.withLock { $0.ended } == plan.actors }
            let alone = plan.samples ? await learner.sampleAlone(seconds: min(10, plan.seconds)) : nil
            let weights = learner.weights
            try await learner.close()
            return try StressReport(
                plan, measurement, actors: ears.heard.withLock { $0.results },
                receipts: (0..<plan.actors).map(receipts), database: storage + "/replay.sqlite", sampledAlone: alone,
                weights: weights)
        }
    }

    /// Joining and leaving of many connections is no news here.
    private var quiet: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    private func receipts(_ index: Int) -> String { "\(storage)/receipts-\(index).csv" }

    /// Runs an actor process to its end.
    private func play(
        _ arguments: [String], _ orders: AsyncStream<ChildProgram.Order>, _ learner: StressLearner, _ ears: Ears
    ) async {
        do {
            _ = try await ChildProgram(arguments: arguments).run(orders: orders) { line in
                switch line {
                case .output(let text): hear(text, learner, ears)
                case .message(let text): ears.heard.withLock { $0.messages.append(text) }
                }
            }
        } catch {
            ears.heard.withLock { $0.messages.append("\(error)") }
        }
        // One that failed has left no result, which the report says.
        ears.heard.withLock { $0.ended += 1 }
    }

    /// - Parameter dashboard: where it is; the first process reads it.
    private func arguments(_ index: Int, port: Int, _ learner: StressLearner, dashboard: String?) -> [String] {
        [
            "stress-actor", "--connect", "127.0.0.1:\(port)", "--token-file", learner.tokenFile,
            "--name", "stress-\(index)", "--connections", "\(plan.connections(of: index))",
            "--payload", plan.payload.rawValue, "--receipts", receipts(index), "--log", "warning",
            "--stop-with-input",
        ] + (plan.isPrecompressed ? ["--precompressed"] : []) + (plan.reports ? ["--reports"] : [])
            + (index == 0 ? dashboard.map { ["--read-dashboard", $0] } ?? [] : [])
    }

    private func hear(_ line: String, _ learner: StressLearner, _ ears: Ears) {
        switch try? JSONDecoder().decode(StressActor.Message.self, from: Data(line.utf8)) {
        case .weights(_, let time): learner.weightsArrived(at: time)
        case .done(let seconds, let unacknowledged, let reconnects, let refused, let read):
            let result = StressReport.ActorResult(
                processorSeconds: seconds, unacknowledged: unacknowledged, reconnects: reconnects, refused: refused,
                dashboardBytes: read)
            ears.heard.withLock { $0.results.append(result) }
        case nil: logger.warning("an actor process wrote: \(line)")
        }
    }

    private func waitForConnections(_ learner: StressLearner, _ ears: Ears) async throws {
        var connected = 0
        await wait(seconds: 120) {
            connected = await learner.connections
            return connected == plan.connections || ears.heard.withLock { $0.ended } > 0
        }
        guard connected == plan.connections else {
            let last = ears.heard.withLock { $0.messages.last } ?? "actors said nothing"
            throw UserError("only \(connected) of \(plan.connections) connections were made: \(last)", exitCode: 1)
        }
    }

    /// Asks again and again until `condition` holds or the time is over.
    private func wait(seconds: Double, until condition: () async -> Bool) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if await condition() { return }
            // A cancelled pause is only a shorter one.
            try? await Task.sleep(for: .milliseconds(50))
        }
    }
}
