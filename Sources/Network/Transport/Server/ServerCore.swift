import Experience
import Logging
import NIOCore
import TrajectoryCodec
import Wire

/// What all connections of a server share. Lives on the server's event loop.
final class ServerCore {
    let configuration: LearnerServer.Configuration
    let endpoint: any LearnerEndpoint
    let logger: Logger
    private let rules: AdmissionRules
    private var connections: [ObjectIdentifier: ServerConnectionHandler] = [:]
    private var actors: [String: ServerConnectionHandler] = [:]
    private var refusals = RefusalLog()
    private var memory: FrameBudget
    private(set) var weights: EncodedWeights?
    private(set) var isOpen = true
    /// Whether bytes of admitted actors are read; what they send otherwise waits in their sockets, and then with them.
    private(set) var isReading = true
    private var draining: String?

    init(configuration: LearnerServer.Configuration, endpoint: any LearnerEndpoint, logger: Logger) {
        self.configuration = configuration
        self.endpoint = endpoint
        self.logger = logger
        memory = FrameBudget(capacity: configuration.frameMemory)
        rules = AdmissionRules(
            runID: configuration.runID, token: configuration.token,
            maximumConnections: configuration.maximumConnections)
    }

    /// A connection was accepted; false where there are too many that have not said who they are.
    func accept(_ connection: ServerConnectionHandler) -> Bool {
        let strangers = connections.count - actors.count
        guard strangers < max(64, configuration.maximumConnections) else { return false }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    /// Lets a client in; its older connection is closed.
    func admit(_ hello: Hello, _ connection: ServerConnectionHandler) throws(Refusal) -> Admission {
        let others = actors.count - (actors[hello.actor] == nil ? 0 : 1)
        try rules.check(hello, connections: others, draining: draining != nil)
        let admission = try endpoint.join(hello)
        let older = actors.updateValue(connection, forKey: hello.actor)
        older?.close(Goodbye(.replaced, "a newer connection uses the name \(hello.actor)"))
        logger.info("actor joined", metadata: ["actor": "\(hello.actor)", "host": "\(hello.host)"])
        return admission
    }

    /// A connection is gone.
    func remove(_ connection: ServerConnectionHandler, hello: Hello?, reason: String) {
        connections[ObjectIdentifier(connection)] = nil
        guard let hello, actors[hello.actor] === connection else { return }
        actors[hello.actor] = nil
        logger.info("actor left", metadata: ["actor": "\(hello.actor)", "reason": "\(reason)"])
        endpoint.left(hello.actor, incarnation: hello.incarnation, reason: reason)
    }

    /// Logs a client that was turned away, but not each of many.
    func turnedAway(_ address: SocketAddress?, reason: String) {
        guard let suppressed = refusals.admit(now: .now()) else { return }
        logger.warning(
            "connection refused",
            metadata: [
                "from": "\(address.map(\.description) ?? "?")", "reason": "\(reason)", "unlogged": "\(suppressed)",
            ])
    }

    func publish(_ weights: EncodedWeights) {
        self.weights = weights
        for connection in actors.values { connection.publish(weights) }
    }

    func setFlow(open: Bool) {
        isOpen = open
        guard open else { return }
        for connection in actors.values { connection.grant() }
    }

    /// Hands a trajectory to the endpoint, and stops reading when that was the last it has room for.
    func store(
        _ trajectory: EncodedTrajectory, _ key: TrajectoryKey,
        completion: @escaping @Sendable (StorageOutcome) -> Void
    ) {
        endpoint.receive(trajectory, key: key, completion: completion)
        if !endpoint.hasRoom { isReading = false }
    }

    /// The endpoint has room again.
    func resume() {
        isReading = true
        for connection in connections.values where isReading { connection.goOnReading() }
    }

    // MARK: Memory for frames

    /// Whether a connection waits for memory that others hold.
    var isMemoryContested: Bool { memory.isContested }

    /// Asks for memory; where there is none, the connection is told when it has it.
    func reserve(_ bytes: Int, for connection: ServerConnectionHandler) -> Bool {
        memory.reserve(bytes, for: ObjectIdentifier(connection))
    }

    /// Gives memory back.
    func release(_ bytes: Int) {
        tell(memory.release(bytes))
    }

    /// The connection no longer waits for memory.
    func forget(_ connection: ServerConnectionHandler) {
        tell(memory.forget(ObjectIdentifier(connection)))
    }

    private func tell(_ admitted: [ObjectIdentifier]) {
        for id in admitted { connections[id]?.memoryIsThere() }
    }

    func drain(_ reason: String) {
        draining = reason
        for connection in actors.values { connection.drain(reason) }
    }

    func closeAll(_ goodbye: Goodbye) {
        for connection in connections.values { connection.close(goodbye) }
    }

    var status: [ConnectionStatus] {
        actors.values.compactMap(\.status).sorted { $0.actor < $1.actor }
    }
}
