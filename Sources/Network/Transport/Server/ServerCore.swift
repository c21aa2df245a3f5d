import Experience
import Logging
import NIOCore
import TrajectoryCodec
import Wire

/// What all connections of a server share. Lives on the server's event loop.
final class ServerCore {
    let configuration: LearnerServer.Configuration
    let identity: LearnerServer.Identity
    let endpoint: any LearnerEndpoint
    let logger: Logger
    private let rules: AdmissionRules
    private let currentThrottle: CurrentThrottle
    private var connections: [ObjectIdentifier: ServerConnectionHandler] = [:]
    private var actors: [String: ServerConnectionHandler] = [:]
    private var refusals = RefusalLog()
    private var memory: FrameBudget
    /// Whose memory is there and who is not told yet.
    private var granted = CircularBuffer<ObjectIdentifier>()
    private var isTelling = false
    private(set) var weights: EncodedWeights?
    private var draining: String?

    init(
        configuration: LearnerServer.Configuration, identity: LearnerServer.Identity, endpoint: any LearnerEndpoint,
        throttle: CurrentThrottle, logger: Logger
    ) {
        self.configuration = configuration
        self.identity = identity
        currentThrottle = throttle
        self.endpoint = endpoint
        self.logger = logger
        memory = FrameBudget(capacity: configuration.frameMemory)
        rules = AdmissionRules(
            runID: identity.runID, token: configuration.token,
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
        older?.dismiss(Goodbye(.replaced, "a newer connection uses the name \(hello.actor)"))
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

    var throttle: Throttle { currentThrottle.value }

    /// What was held back may be free to go.
    func throttleChanged() {
        for connection in connections.values { connection.throttleChanged() }
    }

    /// Tells connections what has become of trajectories; one that came over a connection that is gone is none of theirs.
    func settle(_ settlements: [Settlement]) {
        for (actor, settled) in Dictionary(grouping: settlements, by: \.key.actor) { actors[actor]?.settled(settled) }
    }

    // MARK: Memory for frames

    /// Whether a connection waits for memory that others hold.
    var isMemoryContested: Bool { memory.isContested }

    /// Asks for memory; where there is none, the connection is told when it has it.
    func reserve(_ bytes: Int, for connection: ServerConnectionHandler) -> Bool {
        memory.reserve(bytes, for: ObjectIdentifier(connection))
    }

    /// The connection neither holds memory nor waits for it any more.
    func giveMemoryBack(_ connection: ServerConnectionHandler) {
        granted.append(contentsOf: memory.giveBack(ObjectIdentifier(connection)))
        // One after the other: whoever is told may be done at once, and give its memory back before it returns.
        guard !isTelling else { return }
        isTelling = true
        while let id = granted.popFirst() { connections[id]?.memoryGranted() }
        isTelling = false
    }

    func drain(_ reason: String) {
        draining = reason
        for connection in actors.values { connection.drain(reason) }
    }

    func closeAll(_ goodbye: Goodbye) {
        for connection in connections.values { connection.dismiss(goodbye) }
    }

    var status: [ConnectionStatus] {
        actors.values.compactMap(\.status).sorted { $0.actor < $1.actor }
    }
}
