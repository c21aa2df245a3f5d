import NIOCore
import TrajectoryCodec
import Wire

/// One connection as the actor sees it: events in, actions out; no sockets and no clock.
///
/// After each event its owner asks `next` for what is to be done now until there is nothing left, and it calls
/// `timePassed` at `deadline`.
struct ClientConnectionState: ~Copyable {
    enum Phase: Equatable {
        /// There is no connection yet.
        case connecting
        /// The learner must have answered by then.
        case greeting(until: NIODeadline)
        /// The next heartbeat is due then.
        case admitted(nextBeat: NIODeadline)
        /// Goodbye is said, and the learner is to close: if this side did, what is under way to it could cost the learner
        /// what is under way to that one.
        case leaving(nextBeat: NIODeadline)
        /// This side closes.
        case closing
        case ended
    }

    let handshakeTimeout: TimeAmount
    let isEncrypted: Bool
    /// What the learner said over an earlier connection; nil for the first.
    let earlier: Welcome?
    var phase = Phase.connecting
    /// What the learner said when it let this client in; kept after the end.
    var welcome: Welcome?
    var isDraining = false
    var window = CreditWindow(capacity: 0)
    var decoder = FrameDecoder(limits: .answers)
    var weights: WeightsAssembler
    /// What is to be done before anything else.
    var actions = CircularBuffer<Action>()
    /// When bytes came last.
    private(set) var heardAt = NIODeadline.distantPast
    private var liveness: Liveness?
    private var maySendMore = false
    private var isUnflushed = false
    private var end: ConnectionEnd?

    init(_ configuration: LearnerClient.Configuration, earlier: Welcome? = nil) {
        self.earlier = earlier
        handshakeTimeout = TimeAmount(configuration.handshakeTimeout)
        isEncrypted = configuration.tls != nil
        weights = WeightsAssembler(maximum: configuration.maximumWeights)
    }

    var isAdmitted: Bool { if case .admitted = phase { true } else { false } }

    /// When to call `timePassed`.
    var deadline: NIODeadline? {
        switch phase {
        case .greeting(let until): until
        case .admitted(let nextBeat), .leaving(let nextBeat): nextBeat
        case .connecting, .closing, .ended: nil
        }
    }

    /// What is to be done now; nil where there is nothing before the next event.
    /// - Parameter isWritable: whether the connection takes more bytes without letting them pile up.
    mutating func next(isWritable: Bool) -> Action? {
        if let action = actions.popFirst() ?? nextOfFrames() { return action }
        if isUnflushed { return flush() }
        guard isAdmitted, maySendMore, isWritable else { return nil }
        maySendMore = false
        return .send
    }

    // MARK: Events of the channel

    /// There is a connection.
    mutating func connected(_ hello: Hello, now: NIODeadline) {
        // Given up while it was being made.
        guard phase != .ended else { return actions.append(.close) }
        precondition(phase == .connecting, "a connection is made a second time")
        phase = .greeting(until: now + handshakeTimeout)
        say(.hello(hello))
    }

    mutating func received(_ bytes: ByteBuffer, now: NIODeadline) {
        heardAt = now
        liveness?.heard(now: now)
        switch phase {
        case .greeting, .admitted: decoder.append(bytes)
        case .leaving, .closing, .ended: break
        case .connecting: preconditionFailure("bytes come over a connection that is not made")
        }
    }

    /// The connection takes more bytes, or there is more to send.
    mutating func sendMore() {
        maySendMore = true
    }

    mutating func failed(_ end: ConnectionEnd) {
        close(end)
    }

    /// The channel reports an error that says no more than that the connection is gone.
    mutating func lost() {
        close(.lost(lostReason))
    }

    /// The connection is gone.
    mutating func disconnected() {
        guard phase != .ended else { return }
        phase = .ended
        actions.removeAll()
        actions.append(.ended(end ?? .lost(lostReason)))
    }

    mutating func timePassed(now: NIODeadline, isWritable: Bool) {
        switch phase {
        case .greeting(let until) where now >= until: close(.lost("the learner did not answer in time"))
        case .admitted(let nextBeat) where now >= nextBeat:
            beat(now: now, isWritable: isWritable) { .admitted(nextBeat: $0) }
        case .leaving(let nextBeat) where now >= nextBeat: beat(now: now, isWritable: false) { .leaving(nextBeat: $0) }
        case .connecting, .greeting, .admitted, .leaving, .closing, .ended: break
        }
    }

    private mutating func beat(now: NIODeadline, isWritable: Bool, _ phase: (NIODeadline) -> Phase) {
        guard var liveness else { preconditionFailure("a heartbeat is due before the learner has answered") }
        self.phase = phase(now + liveness.interval)
        let verdict = liveness.tick(now: now)
        self.liveness = liveness
        switch verdict {
        case .ask(let heartbeat): if isWritable { say(.heartbeat(heartbeat)) }
        case .giveUp: close(.lost("the learner was silent for \(Liveness.intervals) heartbeats"))
        }
    }

    // MARK: Events of the client

    /// Takes from `shared` what is to be sent next: a report, a trajectory that there is credit for, or goodbye when all
    /// is done.
    mutating func send(from shared: inout ClientState, now: NIODeadline) {
        guard case .admitted(let nextBeat) = phase else {
            preconditionFailure("something is sent to a learner that has not let the client in")
        }
        if let report = shared.reports.popFirst() {
            say(.report(report))
            sendMore()
        } else if !isDraining, let entry = shared.outbox.next(within: &window, now: now) {
            let message = TrajectoryMessage(sequence: entry.sequence, header: entry.trajectory.header)
            actions.append(write(.trajectory(message), entry.trajectory.payload))
            sendMore()
        } else if shared.isDone || (isDraining && shared.hasNothingUnderWay) {
            phase = .leaving(nextBeat: nextBeat)
            end = .finished
            say(.goodbye(Goodbye(.finished, "everything is handed over")))
        }
    }

    /// The learner has acknowledged a trajectory that was not sent.
    mutating func acknowledgedUnknown(_ sequence: UInt64) {
        violation("trajectory \(sequence) is acknowledged but was not sent")
    }

    /// Ends it at once.
    mutating func stop() {
        close(.stopped, isAdmitted ? Goodbye(.shutdown, "the actor stops") : nil)
    }

    // MARK: What follows

    /// The learner lets this client in.
    mutating func admitted(_ welcome: Welcome, now: NIODeadline) {
        let interval = TimeAmount.milliseconds(Int64(max(welcome.heartbeatMilliseconds, 10)))
        phase = .admitted(nextBeat: now + interval)
        liveness = Liveness(interval: interval, now: now)
        decoder.limits = .fromLearner
        window = CreditWindow(capacity: Int(clamping: welcome.creditBytes))
        self.welcome = welcome
        actions.append(.admitted(welcome))
        sendMore()
    }

    /// A learner that refuses a certificate may close before its reason arrives.
    private var lostReason: String {
        isEncrypted && welcome == nil
            ? "the learner closed the connection without an answer; does it trust this side's certificate?"
            : "the connection was lost"
    }

    /// Writes after what is to be done already.
    mutating func say(_ message: Message) {
        actions.append(write(message))
    }

    private mutating func write(_ message: Message, _ payload: ByteBuffer? = nil) -> Action {
        isUnflushed = true
        return .write(message, payload)
    }

    private mutating func flush() -> Action {
        isUnflushed = false
        return .flush
    }

    mutating func violation(_ reason: String) {
        close(.lost(reason), Goodbye(.violation, reason))
    }

    /// The first reason is the cause of those that follow.
    mutating func close(_ end: ConnectionEnd, _ goodbye: Goodbye? = nil) {
        guard phase != .closing, phase != .ended else { return }
        if self.end == nil { self.end = end }
        guard phase != .connecting else { return disconnected() }
        phase = .closing
        if let goodbye { say(.goodbye(goodbye)) }
        if isUnflushed { actions.append(flush()) }
        actions.append(.close)
    }
}
