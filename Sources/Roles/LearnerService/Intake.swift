import AgentChoice
import Experience
import Foundation
import Logging
import NIOCore
import Replay
import Runs
import Settings
import Telemetry
import Transport
import Wire

/// A learner without its training: the storage, the server, and what stands between them.
///
/// The stress test measures this object, so that its figures are a learner's.
package final class Intake: Sendable {
    package let replay: ReplayBuffer
    package let server: LearnerServer
    package let flow: FlowSwitch
    let metrics: MetricsLog
    let ledger = ActorLedger()
    let endpoint: ExperienceEndpoint
    private let identity: RunDirectory.Identity

    /// Opens the storage in the run's directory; `start()` then lets actors in.
    package init(
        _ c: Configuration, directory: RunDirectory, host: String, port: Int, tls: TLSFiles? = nil, token: String,
        logger: Logger
    ) throws {
        server = LearnerServer(
            configuration: .init(host: host, port: port, tls: tls, token: token), logger: logger)
        flow = FlowSwitch(server, maximumStaleness: c.heldStaleness)
        replay = try ReplayBuffer(
            directory: directory.url.path, configuration: c.replayConfiguration,
            shape: ReplayShape(
                image: ImageShape(height: c.agent.image, width: c.agent.image, channels: c.agent.channels),
                actionCount: c.agent.actions),
            training: SampleShape(sequences: c.agent.batch, length: c.agent.length),
            observers: Self.observers(c, flow: flow, logger: logger))
        // The directory is this learner's from here on: before, it may have been that of another one that runs.
        try directory.store(c)
        metrics = try MetricsLog(path: directory.metricsFile.path, flush: .everyLine) { logger.error("\($0)") }
        identity = try directory.nextIdentity(proposed: c.run.id)
        endpoint = ExperienceEndpoint(
            configuration: c, replay: replay, ledger: ledger, metrics: metrics, server: server, flow: flow,
            logger: logger)
    }

    /// Lets actors in and returns the address to which they connect.
    package func start() async throws(TransportError) -> SocketAddress {
        try await server.start(
            as: .init(runID: identity.id, generation: identity.generation), endpoint: endpoint)
    }

    /// Sends weights to all actors.
    func publish(_ weights: PolicyWeights) {
        endpoint.staleness.publish(weights.version)
        server.publish(weights)
    }

    /// Stores what was handed over and closes the storage; the server must have stopped.
    package func close() throws {
        metrics.flush()
        try replay.close()
    }

    private static func observers(_ c: Configuration, flow: FlowSwitch, logger: Logger) -> ReplayBuffer.Observers {
        var observers = ReplayBuffer.Observers()
        observers.stall = { logger.warning("\($0)") }
        // In lockstep the actor waits for weights; withheld credit could cut a round in two.
        if !c.run.lockstep { observers.flow = { flow.set(open: $0) } }
        observers.room = { flow.room { true } }
        observers.writer = { log($0, "experience cannot be stored", again: "experience is stored again", logger) }
        observers.reader = { log($0, "experience cannot be read", again: "experience is read again", logger) }
        return observers
    }

    /// One line when it begins and one when it is over, however often it was tried in between.
    private static func log(_ status: StorageWriter.Status, _ trouble: String, again: String, _ logger: Logger) {
        switch status {
        case .blocked(let reason): logger.error("\(trouble): \(reason); trying again until it works")
        case .running: logger.notice("\(again)")
        case .closed: break
        }
    }
}
