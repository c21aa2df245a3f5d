import Logging
import NIOCore
import TestSupport
import Testing
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// A server on a free port of this machine.
struct LiveServer {
    let server: LearnerServer
    let endpoint: RecordingEndpoint
    let port: Int

    init(
        endpoint: RecordingEndpoint = RecordingEndpoint(), port: Int = 0, heartbeat: Duration = .seconds(5),
        handshakeTimeout: Duration = .seconds(10), maximumConnections: Int = 100, generation: UInt64 = 4,
        runID: String = "run", tls: TLSFiles? = nil, frameMemory: Int = 256 << 20, logger: Logger = quiet
    ) async throws {
        self.endpoint = endpoint
        server = LearnerServer(
            configuration: .init(
                port: port, tls: tls, token: "secret", heartbeat: heartbeat, handshakeTimeout: handshakeTimeout,
                maximumConnections: maximumConnections, frameMemory: frameMemory),
            logger: logger)
        let identity = LearnerServer.Identity(runID: runID, generation: generation)
        try await server.listen()
        self.port = try #require(try await server.start(as: identity, endpoint: endpoint).port)
    }

    /// Commits all that waits and tells the server.
    func commit() {
        server.settle(endpoint.commit())
    }
}

/// A client whose `run` is a task.
struct LiveClient {
    let client: LearnerClient
    let events = Monitor([LearnerClient.Event]())
    let run: Task<Void, any Error>

    init(
        port: Int = 0, learner: LearnerPlace? = nil, actor: String = "a", token: String = "secret", runID: String = "",
        incarnation: UInt64 = 9,
        outboxBytes: Int = 1 << 20, tls: TLSFiles? = nil
    ) {
        let events = events
        let client = LearnerClient(
            configuration: .init(
                learner: learner ?? .at(.init(host: "127.0.0.1", port: port)), tls: tls, token: token, runID: runID,
                actor: actor,
                incarnation: incarnation,
                outboxBytes: outboxBytes, firstBackoff: .milliseconds(5), maximumBackoff: .milliseconds(20)),
            logger: quiet
        ) { event in events.withLock { $0.append(event) } }
        self.client = client
        run = Task { try await client.run() }
    }

    func submit(_ count: Int) async throws {
        let client = client
        let result = await onThread { () -> Result<Void, TransportError> in
            Result { () throws(TransportError) in for _ in 0..<count { try client.submit(sample()) } }
        }
        try result.get()
    }

    func submit(_ trajectory: EncodedTrajectory) async throws {
        let client = client
        let result = await onThread { Result { () throws(TransportError) in try client.submit(trajectory) } }
        try result.get()
    }

    /// Waits until everything submitted is acknowledged.
    func isAcknowledged() async -> Bool {
        await client.shared.waits { $0.outbox.isEmpty }
    }
}
