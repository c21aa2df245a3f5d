import AgentChoice
import Experience
import Foundation
import Logging
import Measurements
import MetricsFile
import NIOCore
import Replay
import Runs
import ServiceLifecycle
import Settings
import TensorBoard
import Transport
import Wire

/// A learner without its training: server → endpoint → storage, and what storage reports, back to the server.
///
/// The stress test measures this object, so that its figures are a learner's.
package final class Intake: Sendable {
    package let replay: ReplayBuffer
    package let server: LearnerServer
    private let metrics: MetricsLog
    private let tensorBoard: TensorBoardLog?
    let ledger = ActorLedger()
    let endpoint: ExperienceEndpoint
    private let gate: Gatekeeper
    let identity: LearnerServer.Identity
    private let configuration: Configuration
    private let measurements: MeasurementHub
    private let logger: Logger

    /// Opens the storage in the run's directory; `start()` then lets actors in.
    /// - Parameters:
    ///   - server: it has an address already, so that one that is taken leaves the directory as it is.
    ///   - announced: what an earlier start has said of itself elsewhere.
    ///   - place: of this learner in a group.
    ///   - measurements: what is published there goes to the run's metrics file, too.
    package init(
        _ c: Configuration, directory: RunDirectory, server: LearnerServer, announced: LearnerAnnouncement? = nil,
        place: GroupPlace = .alone, measurements: MeasurementHub = MeasurementHub(), logger: Logger
    ) throws {
        let gate = Gatekeeper(Gate(c), server: server)
        let news = StorageNews(server: server, gate: gate, logger: logger)
        replay = try ReplayBuffer(
            directory: directory.url.path, configuration: c.replayConfiguration,
            shape: c.stepShape,
            training: SampleShape(sequences: c.agent.batch / place.count, length: c.agent.length),
            learners: place.count,
            report: { news.pass(on: $0) })
        let run = try directory.nextIdentity(proposed: c.run.id, after: announced)
        let metrics = try MetricsLog(
            path: directory.metricsFile.path, sampleInterval: c.learner.logEvery, limit: c.learner.metricsBytes
        ) { logger.error("\($0)") }
        self.metrics = metrics
        measurements.subscribe { metrics.append($0) }
        if c.learner.tensorboard {
            let events = try TensorBoardLog(
                directory: directory.url, sampleInterval: c.learner.logEvery, limit: c.learner.metricsBytes
            ) { logger.error("\($0)") }
            tensorBoard = events
            measurements.subscribe { events.append($0) }
        } else {
            tensorBoard = nil
        }
        identity = LearnerServer.Identity(runID: run.id, generation: run.generation)
        endpoint = ExperienceEndpoint(
            configuration: c, replay: replay, ledger: ledger, place: place, measurements: measurements, logger: logger)
        self.server = server
        self.gate = gate
        configuration = c
        self.measurements = measurements
        self.logger = logger
    }

    /// What publishes how learner and actors are doing.
    func reporter(_ status: TrainerStatus) -> LearnerReporter {
        LearnerReporter(
            configuration: configuration, replay: replay, ledger: ledger, status: status, staleness: endpoint.staleness,
            connections: { [server] in await server.connections }, measurements: measurements, logger: logger)
    }

    /// Publishes how actors are doing where nobody trains, until it is cancelled.
    package func report() async {
        await reporter(TrainerStatus()).run()
    }

    /// Lets actors in.
    /// - Returns: the address that they connect to.
    package func start() async throws -> SocketAddress {
        let address = try await server.start(as: identity, endpoint: endpoint)
        // A run that is resumed for its last training steps needs no more experience.
        gate.change { $0.stored(replay.limiter.ownCounts.inserted) }
        return address
    }

    /// Counts what other learners of the run have come to.
    func count(elsewhere: RateLimit.Counts) {
        replay.limiter.count(elsewhere: elsewhere)
        gate.change { $0.stepsElsewhere = elsewhere.inserted }
    }

    /// What training may still hope for.
    var supply: Starvation.View {
        Starvation.View(
            limit: replay.limiter.limit, isTrainingWaiting: replay.limiter.isWaitedFor, isComplete: gate.isComplete,
            lost: replay.statistics.totals.lostSteps, actors: ledger.snapshot.connected.count)
    }

    /// Sends weights to all actors and evaluators.
    /// - Parameter trainSteps: behind them.
    func publish(_ weights: PolicyWeights, trainSteps: Int) {
        endpoint.publish(weights.version, trainSteps: trainSteps)
        server.publish(weights)
    }

    /// Grants actors nothing, until `open`.
    package func hold() {
        gate.change { $0.phase = .closed }
    }

    /// Grants actors what the gate allows.
    package func open() {
        gate.change { $0.phase = .open }
    }

    /// The learner stops: from now on actors are granted nothing and asked to send no more.
    func beginLastCall() {
        gate.change { $0.phase = .lastCall }
    }

    /// Takes what is under way. Returns when the last actor has left, or has had its time.
    func takeLast() async {
        beginLastCall()
        await ledger.waitUntilAllHaveLeft(timeout: .seconds(2))
    }

    /// The run is complete. Returns when all actors have heard so: those that had lost the connection come back within the
    /// longest pause between two attempts, or not at all.
    func dismissAll() async {
        server.finish("the run is complete")
        await cancelWhenGracefulShutdown { [server] in
            let deadline = ContinuousClock.now + Self.longestPause
            // A sleep that is cancelled ends the wait.
            while await server.isAnybodyAway, .now < deadline, (try? await Task.sleep(for: .milliseconds(50))) != nil {}
        }
    }

    /// A client's, and some for the handshake.
    private static let longestPause = Duration.seconds(12)

    /// Stores what was handed over and closes the storage; the server must have stopped.
    package func close() throws {
        metrics.flush()
        tensorBoard?.flush()
        try replay.close()
    }
}
