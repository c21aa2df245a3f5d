import Experience
import NIOCore
import Wire

/// One connection as the learner sees it: events in, actions out; no sockets and no clock.
///
/// After each event its owner asks `next` for what is to be done now until there is nothing left, and it calls
/// `timePassed` at `deadline`. What is decided for all connections together comes in as an argument, as the time does:
/// the throttle, and whether others wait for memory.
struct ServerConnectionState: ~Copyable {
    enum Phase: Equatable {
        /// The client must have introduced itself by then.
        case greeting(until: NIODeadline)
        /// The server is asked whether it lets the client in.
        case joining
        /// The next heartbeat is due then.
        case admitted(nextBeat: NIODeadline)
        /// The last word is said, and the sending half closed: what still comes is read and dropped until the peer closes,
        /// but not for longer. Closed with bytes unread, a connection is reset, and its last word can be lost.
        case leaving(until: NIODeadline)
        case closed
    }

    /// Memory for the frame of which a part is here.
    enum FrameMemory: Equatable {
        case none
        /// Nothing more is read before it is there.
        case asked
        case held(since: NIODeadline)
    }

    /// Most trajectories whose acknowledgements wait for a peer to read: with so many, nothing more is read from it.
    static let maximumUnanswered = 1024
    /// How long the other side may take to close when it is told why this one has closed its sending half.
    static let patience = TimeAmount.seconds(2)
    /// How long a frame may be under way while others wait for its memory, in heartbeats.
    static let frameIntervals: Int64 = 4
    /// Why a connection ended of which nothing else is known.
    static let lost = "the connection was lost"

    let configuration: LearnerServer.Configuration
    let identity: LearnerServer.Identity
    var phase: Phase
    /// The actor, once it is admitted; kept after the end.
    var member: Member?
    var decoder = FrameDecoder(limits: .beforeAdmission)
    var memory = FrameMemory.none
    var weights = WeightsSender()
    var liveness: Liveness
    /// What is to be done before anything else.
    var actions = CircularBuffer<Action>()
    private var wantsToRead = false
    /// Heartbeats in a row at which acknowledgements waited for the peer to read.
    private var unreadIntervals: Int64 = 0
    /// Whether the actor has said that it leaves for good.
    var hasLeftForGood = false
    private(set) var isUnflushed = false
    var reason = Self.lost

    /// A connection that was accepted just now.
    init(_ configuration: LearnerServer.Configuration, identity: LearnerServer.Identity, now: NIODeadline) {
        self.configuration = configuration
        self.identity = identity
        phase = .greeting(until: now + TimeAmount(configuration.handshakeTimeout))
        liveness = Liveness(interval: TimeAmount(configuration.heartbeat), now: now)
    }

    /// When to call `timePassed`.
    var deadline: NIODeadline? {
        switch phase {
        case .greeting(let until): until
        case .admitted(let nextBeat): nextBeat
        case .leaving(let until): until
        case .joining, .closed: nil
        }
    }

    /// Nil for a stranger.
    var status: ConnectionStatus? {
        member.map {
            ConnectionStatus(
                actor: $0.hello.actor, incarnation: $0.hello.incarnation, credit: $0.window.available,
                weightsVersion: weights.sentVersion, latency: liveness.latency)
        }
    }

    /// What is to be done now; nil where there is nothing before the next event.
    /// - Parameter isWritable: whether the connection takes more bytes without letting them pile up.
    mutating func next(isWritable: Bool, throttle: Throttle) -> Action? {
        if let action = actions.popFirst() { return action }
        guard !isEnding else { return nextRead(throttle) }
        if let action = nextOfFrames(isWritable: isWritable, throttle: throttle) { return action }
        if isWritable, let settled = member?.takeSettled() { return write(.acknowledgement(settled)) }
        if isWritable, let credit = takeCredit(throttle) { return write(.credit(credit)) }
        if isUnflushed { return flush() }
        if isWritable, member != nil, let (message, payload) = weights.next() { return write(message, payload) }
        return nextRead(throttle)
    }

    // MARK: Events of the channel

    mutating func received(_ bytes: ByteBuffer, now: NIODeadline) {
        guard !isEnding else { return }
        liveness.heard(now: now)
        decoder.append(bytes)
    }

    /// The channel is ready to read more.
    mutating func readRequested() {
        wantsToRead = true
    }

    mutating func failed(_ reason: String) {
        close(because: reason)
    }

    /// The connection is gone.
    mutating func disconnected() {
        phase = .closed
        wantsToRead = false
        actions.removeAll()
        if memory != .none { giveMemoryBack() }
        actions.append(.left(member?.hello, reason: reason))
    }

    /// - Parameter isMemoryContested: whether others wait for memory that is held.
    mutating func timePassed(now: NIODeadline, isWritable: Bool, isMemoryContested: Bool) {
        switch phase {
        case .greeting(let until) where now >= until: close(because: "it has not introduced itself in time")
        case .admitted(let nextBeat) where now >= nextBeat:
            phase = .admitted(nextBeat: now + liveness.interval)
            // Whom nobody listens to is not silent.
            if wantsToRead { liveness.heard(now: now) }
            if isMemoryContested, case .held(let since) = memory, now - since > liveness.interval * Self.frameIntervals
            {
                return close(because: "a trajectory was too long under way while others waited for its memory")
            }
            countUnread(isWritable: isWritable)
            beat(now: now, isWritable: isWritable)
        case .leaving(let until) where now >= until: closeAtOnce()
        case .greeting, .admitted, .leaving, .joining, .closed: break
        }
    }

    /// Ends the connection of a peer that has not read its acknowledgements for three heartbeats, whatever it says.
    private mutating func countUnread(isWritable: Bool) {
        let isUnread = !isWritable && (member?.unanswered ?? 0) > 0
        unreadIntervals = isUnread ? unreadIntervals + 1 : 0
        guard unreadIntervals >= Liveness.intervals else { return }
        close(because: "it did not read its acknowledgements for \(Liveness.intervals) heartbeats")
    }

    private mutating func beat(now: NIODeadline, isWritable: Bool) {
        switch liveness.tick(now: now) {
        case .ask(let heartbeat): if isWritable { say(.heartbeat(heartbeat)) }
        case .giveUp: close(because: "it was silent for \(Liveness.intervals) heartbeats")
        }
    }

    // MARK: Events of the server

    /// The client is let in.
    /// - Parameter newest: the weights that were published last.
    mutating func admitted(_ hello: Hello, _ admission: Admission, newest: EncodedWeights?, now: NIODeadline) {
        precondition(phase == .joining, "a client is admitted that has not just asked for it")
        phase = .admitted(nextBeat: now + liveness.interval)
        decoder.limits = .fromActor(payload: configuration.maximumPayload)
        member = Member(hello: hello, admission)
        say(.welcome(welcome(admission)))
        if let newest { publish(newest) }
    }

    private func welcome(_ admission: Admission) -> Welcome {
        Welcome(
            runID: identity.runID, learnerGeneration: identity.generation, actorIndex: admission.actorIndex,
            configuration: admission.configuration, seed: admission.seed,
            creditBytes: UInt64(admission.creditBytes), storedThrough: admission.storedThrough,
            heartbeatMilliseconds: UInt32(liveness.interval.nanoseconds / 1_000_000))
    }

    /// The client is turned away.
    mutating func refused(_ refusal: Refusal) {
        precondition(phase == .joining, "a client is refused that has not just asked to join")
        close(saying: .refusal(refusal), because: refusal.message)
    }

    /// The memory that was asked for is there.
    mutating func memoryGranted(now: NIODeadline) {
        precondition(memory == .asked, "memory is granted that was not asked for")
        memory = .held(since: now)
    }

    /// The endpoint is done with a trajectory. One that this incarnation did not send over this connection, or that is
    /// settled already because it was sent again while it was being stored, is nothing to acknowledge.
    mutating func settled(_ settlement: Settlement) {
        guard member?.hello.incarnation == settlement.key.incarnation else { return }
        member?.settle(settlement.key.sequence, settlement.outcome)
    }

    mutating func publish(_ newest: EncodedWeights) {
        weights.publish(newest)
    }

    /// Says what is said to all actors.
    mutating func tell(_ message: Message) {
        if case .admitted = phase { say(message) }
    }

    // MARK: What follows

    /// Strangers are read in any case: they have no trajectories to send, and a time limit. So are those that are about
    /// to be gone, which TLS waits for.
    func mayRead(_ throttle: Throttle) -> Bool {
        if isEnding { return true }
        guard let member else { return true }
        return memory != .asked && throttle.mayRead && member.unanswered < Self.maximumUnanswered
    }

    private mutating func nextRead(_ throttle: Throttle) -> Action? {
        guard wantsToRead, mayRead(throttle) else { return nil }
        wantsToRead = false
        return .read
    }

    private mutating func takeCredit(_ throttle: Throttle) -> Credit? {
        guard throttle.mayGrant(sent: weights.sentVersion, newest: weights.newestVersion) else { return nil }
        return member?.takeCredit()
    }

    mutating func giveMemoryBack() {
        memory = .none
        actions.append(.giveMemoryBack)
    }

    /// Writes after what is to be done already.
    mutating func say(_ message: Message) {
        actions.append(write(message))
    }

    private mutating func write(_ message: Message, _ payload: ByteBuffer? = nil) -> Action {
        isUnflushed = true
        return .write(message, payload)
    }

    mutating func flush() -> Action {
        isUnflushed = false
        return .flush
    }
}
