import ActorService
import Diagnostics
import Experience
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Threads
import Transport
import Wire

/// One actor process of a stress test: several connections, each of which sends trajectories as fast as the learner
/// grants credit, until a graceful shutdown.
public struct StressActor: Service {
    public struct Options: Sendable {
        /// Where the learner is; the name is completed with the number of the connection.
        public var client: LearnerClient.Configuration
        public var connections: Int
        public var payload: SyntheticPayload
        public var isPrecompressed: Bool
        /// File for a line about each trajectory that was acknowledged.
        public var receipts: String
        /// Whether each connection reports once a second how it is doing, as actors do.
        public var reports: Bool
        /// Address of a dashboard whose events are read; nil for none.
        public var dashboard: String?
        /// Tells the parent process.
        public var tell: @Sendable (Message) -> Void

        public init(
            client: LearnerClient.Configuration, connections: Int, payload: SyntheticPayload, isPrecompressed: Bool,
            receipts: String, reports: Bool = false, dashboard: String? = nil,
            tell: @escaping @Sendable (Message) -> Void
        ) {
            self.client = client
            self.connections = connections
            self.payload = payload
            self.isPrecompressed = isPrecompressed
            self.receipts = receipts
            self.reports = reports
            self.dashboard = dashboard
            self.tell = tell
        }
    }

    /// What the parent process is told.
    public enum Message: Codable, Sendable {
        /// All connections have this version of the weights, since `time` on the machine's monotonic clock.
        case weights(version: UInt64, time: Double)
        /// Everything is handed over; `processorSeconds` were used from the first connection on.
        case done(processorSeconds: Double, unacknowledged: Int, reconnects: Int, refused: Int, dashboardBytes: Int)
    }

    private let options: Options
    private let logger: Logger

    public init(_ options: Options, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    public func run() async throws {
        let experience = SyntheticExperience(
            options.payload, seed: UInt64(options.client.process), isPrecompressed: options.isPrecompressed)
        let file = try ReceiptFile(path: options.receipts)
        let arrivals = WeightArrivals(connections: options.connections, tell: options.tell)
        let clients = (0..<options.connections).map { makeClient($0, file: file, arrivals: arrivals) }
        let before = ProcessUsage.processorSeconds
        var reader: DashboardReader?
        if let dashboard = options.dashboard { reader = try await DashboardReader(dashboard) }
        let left = try await withGracefulShutdownHandler {
            try await send(experience, over: clients)
        } onGracefulShutdown: {
            for client in clients { client.stopSubmitting() }
        }
        let read = await reader?.close() ?? 0
        try file.finish()
        let statuses = clients.map(\.status)
        options.tell(
            .done(
                processorSeconds: ProcessUsage.processorSeconds - before, unacknowledged: left,
                reconnects: statuses.reduce(0) { $0 + $1.reconnects }, refused: statuses.reduce(0) { $0 + $1.refused },
                dashboardBytes: read))
    }

    /// Returns the number of trajectories that were not acknowledged.
    private func send(_ experience: SyntheticExperience, over clients: [LearnerClient]) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for client in clients {
                group.addTask {
                    try await client.run()
                    return 0
                }
                group.addTask {
                    _ = try await client.welcome()
                    return await play(experience, over: client)
                }
            }
            return try await group.reduce(0, +)
        }
    }

    /// Returns the number of trajectories that were not acknowledged.
    private func play(_ experience: SyntheticExperience, over client: LearnerClient) async -> Int {
        async let _: Void = options.reports ? report(over: client) : ()
        await submit(experience, to: client)
        return await client.finish(timeout: .seconds(120))
    }

    /// Reports once a second what an actor would, until it is cancelled.
    private func report(over client: LearnerClient) async {
        var seconds: UInt64 = 0
        // Cancellation ends the pause, and with it the loop.
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            seconds += 1
            client.report(ActorReport(environmentSteps: 64 * seconds, stepsPerSecond: 64, policyVersion: 1))
        }
    }

    /// Submits until the client takes no more.
    private func submit(_ experience: SyntheticExperience, to client: LearnerClient) async {
        await withCheckedContinuation { continuation in
            ServiceThread.start("submission") {
                var sequence: UInt64 = 1
                while (try? client.submit(experience.trajectory(sequence))) != nil { sequence += 1 }
                continuation.resume()
            }
        }
    }

    private func makeClient(_ number: Int, file: ReceiptFile, arrivals: WeightArrivals) -> LearnerClient {
        var configuration = options.client
        configuration.actor += "-\(number)"
        configuration.incarnation = .random(in: 1 ... .max)
        let book = ReceiptBook(file, client: configuration)
        return LearnerClient(configuration: configuration, logger: logger) { event in
            switch event {
            case .stored(let receipts): book.note(receipts)
            case .weights(let version): arrivals.arrived(version)
            default: break
            }
        }
    }
}

/// Tells the parent when a version of the weights has reached every connection of this process.
private final class WeightArrivals: Sendable {
    private let connections: Int
    private let tell: @Sendable (StressActor.Message) -> Void
    private let counts = Mutex<[UInt64: Int]>([:])

    init(connections: Int, tell: @escaping @Sendable (StressActor.Message) -> Void) {
        self.connections = connections
        self.tell = tell
    }

    func arrived(_ version: UInt64) {
        let count = counts.withLock { counts in
            counts[version, default: 0] += 1
            return counts[version]
        }
        if count == connections { tell(.weights(version: version, time: ProcessUsage.now)) }
    }
}
