import Experience
import NIOCore
import TrajectoryCodec
import Wire

/// One connection as the learner sees it: events in, actions out, no sockets.
struct ServerConnectionState: ~Copyable {
    enum Action: Equatable {
        case none
        /// Check the client and ask the endpoint.
        case join(Hello)
        /// Hand a trajectory to the endpoint.
        case store(EncodedTrajectory, TrajectoryKey)
        /// A trajectory that is settled without the endpoint: acknowledge soon.
        case acknowledge
        case report(ActorReport, actor: String)
        case answer(Heartbeat)
        /// The answer to a heartbeat that was sent at this time of the monotonic clock.
        case answered(nanoseconds: UInt64)
        /// Say goodbye, if there is something to say, and close.
        case close(Goodbye?, reason: String)
    }

    /// An admitted actor.
    struct Member: Equatable {
        var hello: Hello
        var window: CreditWindow
        var lastSequence: UInt64
        /// Payload bytes of trajectories that are not settled yet.
        var unsettled: [UInt64: Int] = [:]
        /// Payload bytes that can be granted when the limiter allows.
        var returned: Int
        var settled = Acknowledgement()
        var received = 0
        var receivedBytes = 0
    }

    private enum Phase { case greeting, admitted, closed }

    /// The actor, once it is admitted; kept after the connection is closed.
    private(set) var member: Member?
    private var phase = Phase.greeting
    private let limits: TrajectoryLimits

    init(limits: TrajectoryLimits) {
        self.limits = limits
    }

    var isClosed: Bool { phase == .closed }

    mutating func received(_ message: Message, payload: ByteBuffer) -> Action {
        switch (phase, message) {
        case (.greeting, .hello(let hello)): .join(hello)
        case (.admitted, .trajectory(let message)): received(message, payload)
        case (.admitted, .report(let report)): .report(report, actor: member?.hello.actor ?? "")
        case (.admitted, .heartbeat(let heartbeat)): answer(heartbeat)
        case (.admitted, .goodbye(let goodbye)): closing(nil, reason: goodbye.message)
        case (.closed, _): .none
        default: violation("a message of type \(message.type) has no place here")
        }
    }

    /// Bytes that are no frame, or a frame that is no message.
    mutating func received(_ error: WireError) -> Action {
        if case .greeting = phase { return closing(nil, reason: error.description) }
        return violation(error.description)
    }

    /// The endpoint has let the client in.
    mutating func admitted(_ hello: Hello, _ admission: Admission) {
        precondition(phase == .greeting, "a client is admitted once")
        phase = .admitted
        member = Member(
            hello: hello, window: CreditWindow(capacity: admission.creditBytes),
            lastSequence: admission.storedThrough, returned: admission.creditBytes)
    }

    /// The endpoint is done with a trajectory. One that this incarnation did not send over this connection, or that is
    /// settled already because it was sent again while it was being stored, is nothing to acknowledge.
    mutating func settled(_ settlement: Settlement) {
        guard phase == .admitted, member?.hello.incarnation == settlement.key.incarnation else { return }
        member?.settle(settlement.key.sequence, settlement.outcome)
    }

    /// What has been settled since the last call; nil where nothing has.
    mutating func takeAcknowledgement() -> Acknowledgement? {
        guard phase == .admitted, let settled = member?.takeSettled(), settled.count > 0 else { return nil }
        return settled
    }

    /// What can be granted since the last call; nil where nothing can.
    mutating func takeCredit() -> Credit? {
        guard phase == .admitted, let bytes = member?.returned, bytes > 0 else { return nil }
        let fits = member?.window.give(bytes) ?? false
        precondition(fits, "\(bytes) bytes of credit are more than was taken")
        member?.returned = 0
        return Credit(bytes: UInt64(bytes))
    }

    /// The connection is gone or about to be.
    mutating func close() {
        phase = .closed
    }

    private mutating func received(_ message: TrajectoryMessage, _ payload: ByteBuffer) -> Action {
        let checked = Result { () throws(TrajectoryCodecError) in
            try EncodedTrajectory(checking: message.header, payload: payload, limits: limits)
        }
        // What a header claims is only reckoned with once it is within the limits; otherwise it is refused below.
        let credit = (try? checked.get())?.header.decompressedBytes ?? 0
        if let problem = member?.take(message.sequence, credit: credit, payload: payload.readableBytes) {
            return violation(problem)
        }
        do throws(TrajectoryCodecError) {
            let trajectory = try checked.get()
            try trajectory.verifyChecksum()
            return .store(
                trajectory,
                TrajectoryKey(
                    actor: member?.hello.actor ?? "", incarnation: member?.hello.incarnation ?? 0,
                    sequence: message.sequence))
        } catch {
            member?.settle(message.sequence, .refused(error.description))
            return .acknowledge
        }
    }

    private func answer(_ heartbeat: Heartbeat) -> Action {
        heartbeat.isReply
            ? .answered(nanoseconds: heartbeat.nanoseconds)
            : .answer(Heartbeat(nanoseconds: heartbeat.nanoseconds, isReply: true))
    }

    private mutating func violation(_ reason: String) -> Action {
        closing(Goodbye(.violation, reason), reason: reason)
    }

    private mutating func closing(_ goodbye: Goodbye?, reason: String) -> Action {
        phase = .closed
        return .close(goodbye, reason: reason)
    }
}

extension ServerConnectionState.Member {
    /// Accounts for a trajectory that has arrived; returns what is wrong with it.
    fileprivate mutating func take(_ sequence: UInt64, credit: Int, payload: Int) -> String? {
        guard sequence > lastSequence else {
            return "sequence number \(sequence) does not follow \(lastSequence)"
        }
        guard window.take(credit) else {
            return "a trajectory of \(credit) bytes exceeds the credit of \(window.available)"
        }
        lastSequence = sequence
        unsettled[sequence] = credit
        received += 1
        receivedBytes += payload
        return nil
    }

    /// A method of its own: Swift 6.3 does not release the old value where one is assigned through the optional member of
    /// a noncopyable struct, and every acknowledgement ever sent would stay in memory.
    fileprivate mutating func takeSettled() -> Acknowledgement {
        defer { settled = Acknowledgement() }
        return settled
    }

    fileprivate mutating func settle(_ sequence: UInt64, _ outcome: Settlement.Outcome) {
        guard let bytes = unsettled.removeValue(forKey: sequence) else { return }
        returned += bytes
        switch outcome {
        case .stored: settled.stored.append(sequence)
        case .duplicate: settled.duplicates.append(sequence)
        case .refused(let reason): settled.refused.append(.init(sequence: sequence, reason: reason))
        }
    }
}
