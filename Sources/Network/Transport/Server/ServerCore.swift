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
    private var strangers: StrangerPlaces
    private var retired = RetiredIncarnations()
    private var contested = ContestedNames()
    /// Actors whose connections were lost, and that may not know how the run has ended.
    private var away: Set<String> = []
    private var refusals = RefusalLog()
    private var memory: FrameBudget
    /// Whose memory is there and who is not told yet.
    private var granted = CircularBuffer<ObjectIdentifier>()
    private var isTelling = false
    private(set) var weights: EncodedWeights?
    /// What whoever comes is told, once nobody is let in any more.
    private var closing: Refusal?
    private var allGone: EventLoopPromise<Void>?

    init(
        configuration: LearnerServer.Configuration, identity: LearnerServer.Identity, endpoint: any LearnerEndpoint,
        throttle: CurrentThrottle, descriptors: Int = .max, logger: Logger
    ) {
        self.configuration = configuration
        self.identity = identity
        currentThrottle = throttle
        self.endpoint = endpoint
        self.logger = logger
        memory = FrameBudget(capacity: configuration.frameMemory)
        let limits = ConnectionLimits(maximum: configuration.maximumConnections, descriptors: descriptors)
        strangers = StrangerPlaces(capacity: limits.strangers)
        rules = AdmissionRules(runID: identity.runID, token: configuration.token, limits: limits)
    }

    /// A connection was accepted; an older one that has not said who it is may have to make way.
    func accept(_ connection: ServerConnectionHandler, from address: SocketAddress?) {
        let id = ObjectIdentifier(connection)
        connections[id] = connection
        guard let oldest = strangers.enter(id, from: address?.origin ?? "") else { return }
        connections[oldest]?.happen { $0.makeWay() }
    }

    /// Lets a client in; its older connection is closed.
    func admit(_ hello: Hello, _ connection: ServerConnectionHandler) throws(Refusal) -> Admission {
        let others = actors.count - (actors[hello.actor] == nil ? 0 : 1)
        try rules.check(hello, connections: others)
        guard !retired.contains(hello.actor, hello.incarnation) else {
            throw Refusal(.name, "another process has taken over the name \(hello.actor): give each actor its own")
        }
        if let closing {
            if closing.code == .finished { away.remove(hello.actor) } else { isAway(hello) }
            throw closing
        }
        let admission = try endpoint.join(hello)
        strangers.leave(ObjectIdentifier(connection))
        away.remove(hello.actor)
        replace(actors.updateValue(connection, forKey: hello.actor), with: hello)
        logger.info(
            "actor joined",
            metadata: ["actor": "\(hello.actor)", "host": "\(hello.host)", "process": "\(hello.process)"])
        return admission
    }

    private func replace(_ older: ServerConnectionHandler?, with hello: Hello) {
        if let incarnation = older?.status?.incarnation, incarnation != hello.incarnation {
            retired.insert(hello.actor, incarnation)
            if let warning = contested.takenOver(hello.actor, now: .now()) { logger.warning("\(warning)") }
        }
        let goodbye = Goodbye.replaced(older?.status?.incarnation, by: hello)
        older?.happen { $0.dismiss(goodbye) }
    }

    /// A connection is gone.
    /// - Parameter isForGood: whether the actor has said so.
    func remove(_ connection: ServerConnectionHandler, hello: Hello?, reason: String, isForGood: Bool) {
        let id = ObjectIdentifier(connection)
        connections[id] = nil
        strangers.leave(id)
        defer { if connections.isEmpty { allGone?.succeed() } }
        guard let hello, actors[hello.actor] === connection else { return }
        actors[hello.actor] = nil
        if !isForGood, closing?.code != .finished { isAway(hello) }
        logger.info("actor left", metadata: ["actor": "\(hello.actor)", "reason": "\(reason)"])
        endpoint.left(hello.actor, incarnation: hello.incarnation, reason: reason)
    }

    /// It was here or asked to be, and will ask again.
    private func isAway(_ hello: Hello) {
        if hello.role == .actor, away.count < RetiredIncarnations.capacity { away.insert(hello.actor) }
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
        for connection in actors.values { connection.happen { $0.publish(weights) } }
    }

    var throttle: Throttle { currentThrottle.value }

    /// What was held back may be free to go.
    func throttleChanged() {
        for connection in connections.values { connection.throttleChanged() }
    }

    /// Tells connections what has become of trajectories; one that came over a connection that is gone is none of theirs.
    func settle(_ settlements: [Settlement]) {
        for (actor, settled) in Dictionary(grouping: settlements, by: \.key.actor) {
            actors[actor]?.happen { state in
                for settlement in settled { state.settled(settlement) }
            }
        }
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
        closing = Refusal(.draining, "the learner is about to stop: try again when it is back")
        broadcast(.drain(Drain(reason: reason)))
    }

    /// Says the same to all actors that are here.
    func broadcast(_ message: Message) {
        for connection in actors.values { connection.happen { $0.tell(message) } }
    }

    /// The run is complete: tells all who are here, and whoever comes from now on.
    func finish(_ reason: String) {
        closing = Refusal(.finished, reason)
        for connection in actors.values { connection.happen { $0.dismiss(Goodbye(.finished, reason)) } }
    }

    /// Whether somebody has not heard that the run is complete.
    var isAnybodyAway: Bool { !away.isEmpty || !actors.isEmpty }

    /// Ends all connections; the future completes when they are gone.
    func closeAll(_ goodbye: Goodbye, on loop: any EventLoop) -> EventLoopFuture<Void> {
        let allGone = loop.makePromise(of: Void.self)
        self.allGone = allGone
        for connection in connections.values { connection.happen { $0.dismiss(goodbye) } }
        if connections.isEmpty { allGone.succeed() }
        return allGone.futureResult
    }

    var status: [ConnectionStatus] {
        actors.values.compactMap(\.status).sorted { $0.actor < $1.actor }
    }
}
