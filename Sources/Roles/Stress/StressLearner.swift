import AgentChoice
import Agents
import Dashboard
import Diagnostics
import Experience
import Foundation
import LearnerService
import Logging
import Measurements
import NIOCore
import Replay
import Runs
import Settings
import Synchronization
import Transport
import Wire

/// The learner of a stress test: a real one's server and storage, without training, and what is measured of it.
public final class StressLearner: Sendable {
    private let plan: StressPlan
    private let intake: Intake
    private let agent: Configuration
    private let measurements = MeasurementHub()
    private let storage: String
    private let broadcast = Mutex<Broadcast?>(nil)
    /// File with what actors prove themselves with.
    public let tokenFile: String
    private let token: String
    /// Seconds after which weights are sent at the latest: who stalls is still connected then.
    private static let weightsDelay = 5.0

    private struct Broadcast: Sendable {
        var started: Double
        var encodingSeconds: Double
        var bytes: Int
        /// Connections besides that stalled when it was sent.
        var stalled: Int
        /// When the actor processes had it on all of their connections.
        var arrivals: [Double] = []
    }

    /// Opens the storage.
    /// - Throws: `UserError` where the directory already holds a run or the plan names no size.
    public init(_ plan: StressPlan, storage: String, logger: Logger) throws {
        self.plan = plan
        self.storage = storage
        var layers = ConfigurationLayers()
        layers.size = plan.weights ?? "nano"
        agent = try layers.resolve()
        let directory = try RunDirectory(creating: storage)
        guard try directory.configuration() == nil else {
            throw UserError(
                "--storage: \(storage) holds a run; give a directory of its own, or none for a temporary one")
        }
        tokenFile = directory.tokenFile.path
        token = try directory.token()
        intake = try Intake(
            Self.configuration(plan, agent: agent), directory: directory,
            server: LearnerServer(configuration: .init(port: 0, token: token), logger: logger),
            measurements: measurements, logger: logger)
        try directory.store(Self.configuration(plan, agent: agent))
    }

    /// A run that never has enough, and whose training is never behind.
    private static func configuration(_ plan: StressPlan, agent: Configuration) -> Configuration {
        var c = agent
        c.environment.id = "stress"
        c.agent.image = SyntheticExperience.shape.image.height
        c.agent.channels = SyntheticExperience.shape.image.channels
        c.agent.actions = SyntheticExperience.shape.actionCount
        c.run.steps = ReplaySettings.mostSteps
        c.replay.capacitySteps = plan.capacity ?? ReplaySettings.mostSteps / 2
        c.replay.prefillSteps = c.replay.capacitySteps + 1 - c.actors.trajectorySteps
        c.replay.replayRatio = 1e-6
        c.replay.tolerance = 1e6
        c.actors.environmentsPerActor = 1
        c.learner.creditBytes = plan.window * SyntheticExperience.trajectoryBytes
        return c
    }

    // MARK: The test

    /// Listens; nobody is granted credit before `measure`.
    /// - Returns: the port.
    public func start() async throws -> Int {
        intake.hold()
        try await intake.server.listen()
        return try await intake.start().port ?? 0
    }

    /// Does `work` while what a run measures is published, as far as the plan says, and shown.
    /// - Parameter work: is told where the dashboard is; nil where there is to be none.
    /// - Throws: also where there is to be a dashboard, and cannot be.
    func observed<Result: Sendable>(
        during work: @escaping @Sendable (_ dashboard: String?) async throws -> Result
    ) async throws -> Result {
        guard plan.reports else { return try await work(nil) }
        return try await withThrowingTaskGroup(of: Void.self, returning: Result.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask { [intake] in await intake.report() }
            guard plan.showsDashboard else { return try await work(nil) }
            let dashboard = LearnerDashboard(
                DashboardServer.Options(host: "127.0.0.1", port: 0), name: "stress",
                metricsFile: storage + "/metrics.jsonl", pictures: storage + "/pictures", actorSeries: false,
                measurements: measurements)
            let (addresses, found) = AsyncStream.makeStream(of: Swift.Result<String, UserError>.self)
            return try await dashboard.server.serve {
                var iterator = addresses.makeAsyncIterator()
                return try await work(try await iterator.next()?.get())
            } listening: {
                found.yield($0)
            }
        }
    }

    /// Number of connections that were admitted.
    public var connections: Int { get async { await intake.server.connections.count } }

    /// Takes experience for as long as the plan says.
    /// - Parameter port: where it listens, for the connections that stall.
    /// - Throws: where the connections that stall cannot be made.
    public func measure(port: Int) async throws -> Measurement {
        var measurement = Measurement()
        measurement.connections = await connections
        let stalled = try await StalledConnections(
            plan.stalled, host: "127.0.0.1", port: port, token: token)
        measurement.residentBytes.append(ProcessUsage.residentBytes)
        var weights = makeWeights()
        let meter = plan.samples ? SamplingMeter(intake.replay) : nil
        let before = (cpu: ProcessUsage.processorSeconds, sampled: meter?.now ?? .init())
        measurement.start = ProcessUsage.now
        intake.open()
        while ProcessUsage.now - measurement.start < plan.seconds {
            // A cancelled pause is only a shorter one.
            try? await Task.sleep(for: .milliseconds(200))
            measurement.residentBytes.append(ProcessUsage.residentBytes)
            measurement.queuedBytes = max(measurement.queuedBytes, intake.replay.statistics.queuedBytes)
            if let ready = weights, ProcessUsage.now - measurement.start > min(plan.seconds / 3, Self.weightsDelay) {
                publish(ready, stalled: await connections - measurement.connections)
                weights = nil
            }
        }
        measurement.end = ProcessUsage.now
        await stalled.close()
        measurement.commits = intake.replay.statistics.commits
        if let meter {
            let (sampled, seconds) = (meter.now, measurement.end - measurement.start)
            measurement.sampledBeside = Double(sampled.sequences - before.sampled.sequences) / seconds
            measurement.samplingFailure = sampled.failure?.message
            measurement.samplerSeconds = sampled.processorSeconds - before.sampled.processorSeconds
            await meter.stop()
        }
        measurement.processorSeconds = ProcessUsage.processorSeconds - before.cpu - measurement.samplerSeconds
        return measurement
    }

    /// Samples for some seconds while nothing else happens.
    /// - Returns: sequences per second.
    public func sampleAlone(seconds: Double) async -> Double {
        let meter = SamplingMeter(intake.replay)
        let start = ProcessUsage.now
        // A cancelled pause is only a shorter one.
        try? await Task.sleep(for: .seconds(seconds))
        let rate = Double(meter.now.sequences) / (ProcessUsage.now - start)
        await meter.stop()
        return rate
    }

    /// Ends connections and storage.
    public func close() async throws {
        await intake.server.stop(.finished, "the stress test is over")
        try intake.close()
    }

    // MARK: Weights

    /// Notes that a process has the weights on all its connections.
    public func weightsArrived(at time: Double) {
        broadcast.withLock { $0?.arrivals.append(time) }
    }

    /// How the weights went out; nil where none did.
    public var weights: StressReport.Weights? {
        broadcast.withLock { $0 }.map { broadcast in
            StressReport.Weights(
                bytes: broadcast.bytes, encodings: intake.server.weightsEncodings,
                encodingSeconds: broadcast.encodingSeconds, stalled: broadcast.stalled,
                seconds: broadcast.arrivals.count == plan.actors
                    ? (broadcast.arrivals.max() ?? 0) - broadcast.started : nil)
        }
    }

    /// Untrained ones of the size that the plan names; nil where it names none.
    private func makeWeights() -> PolicyWeights? {
        guard plan.weights != nil else { return nil }
        let agent = Agent(agent.agent, threads: 1)
        agent.initialize(seed: 0)
        return PolicyWeights(of: agent, version: 1)
    }

    private func publish(_ weights: PolicyWeights, stalled: Int) {
        let bytes = weights.layout.byteCount
        let started = ProcessUsage.now
        broadcast.withLock { $0 = Broadcast(started: started, encodingSeconds: 0, bytes: bytes, stalled: stalled) }
        intake.server.publish(weights)
        broadcast.withLock { $0?.encodingSeconds = ProcessUsage.now - started }
    }
}
