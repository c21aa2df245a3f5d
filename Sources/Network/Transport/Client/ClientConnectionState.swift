import NIOCore
import Wire

/// One connection as the actor sees it: events in, actions out, no sockets.
struct ClientConnectionState: ~Copyable {
    enum Action: Equatable {
        case none
        /// The learner has let us in.
        case admitted(Welcome)
        /// There is more credit: send what fits.
        case send
        case settle(Acknowledgement)
        case received(PolicyWeights)
        case answer(Heartbeat)
        case draining(String)
        case close(ConnectionEnd, Goodbye?)
    }

    private enum Phase { case greeting, admitted, draining, closed }

    /// Credit, once admitted.
    var window = CreditWindow(capacity: 0)
    private var phase = Phase.greeting
    /// Whether the learner ever let us in over this connection.
    private(set) var wasAdmitted = false
    var weights: WeightsAssembler

    init(maximumWeights: Int) {
        weights = WeightsAssembler(maximum: maximumWeights)
    }

    var isAdmitted: Bool { phase == .admitted || phase == .draining }
    var isClosed: Bool { phase == .closed }
    /// Whether trajectories may be sent, as far as there is credit.
    var maySend: Bool { phase == .admitted }

    mutating func received(_ message: Message, payload: ByteBuffer) -> Action {
        switch (phase, message) {
        case (.greeting, .welcome(let welcome)): admitted(welcome)
        case (.greeting, .refusal(let refusal)): closing(.refused(refusal))
        case (.admitted, _), (.draining, _): receivedLater(message, payload: payload)
        case (.closed, _): .none
        default: violation("a message of type \(message.type) has no place here")
        }
    }

    /// Bytes that are no frame, or a frame that is no message.
    mutating func received(_ error: WireError) -> Action {
        violation(error.description)
    }

    /// The connection is gone or about to be.
    mutating func close() {
        phase = .closed
    }

    private mutating func receivedLater(_ message: Message, payload: ByteBuffer) -> Action {
        switch message {
        case .acknowledgement(let acknowledgement): .settle(acknowledgement)
        case .credit(let credit): received(credit)
        case .weightsOffer(let offer): received(offer)
        case .weightsChunk(let chunk): received(chunk, payload)
        case .heartbeat(let heartbeat): answer(heartbeat)
        case .drain(let drain): received(drain)
        case .goodbye(let goodbye): received(goodbye)
        default: violation("a message of type \(message.type) has no place here")
        }
    }

    private mutating func admitted(_ welcome: Welcome) -> Action {
        guard welcome.protocolVersion == protocolVersion else {
            return closing(
                .refused(
                    Refusal(
                        .protocolVersion,
                        "the learner speaks protocol version \(welcome.protocolVersion), the client \(protocolVersion)")
                ))
        }
        phase = .admitted
        wasAdmitted = true
        window = CreditWindow(capacity: Int(clamping: welcome.creditBytes))
        return .admitted(welcome)
    }

    private mutating func received(_ credit: Credit) -> Action {
        window.give(Int(clamping: credit.bytes)) ? .send : violation("\(credit.bytes) bytes of credit are too many")
    }

    private mutating func received(_ offer: WeightsOffer) -> Action {
        do {
            try weights.begin(offer)
            return .none
        } catch {
            return violation(error.description)
        }
    }

    private mutating func received(_ chunk: WeightsChunk, _ payload: ByteBuffer) -> Action {
        do {
            return try weights.append(chunk, payload).map { .received($0) } ?? .none
        } catch {
            return violation(error.description)
        }
    }

    private func answer(_ heartbeat: Heartbeat) -> Action {
        heartbeat.isReply ? .none : .answer(Heartbeat(nanoseconds: heartbeat.nanoseconds, isReply: true))
    }

    private mutating func received(_ drain: Drain) -> Action {
        phase = .draining
        return .draining(drain.reason)
    }

    private mutating func received(_ goodbye: Goodbye) -> Action {
        switch goodbye.reason {
        case .replaced: closing(.replaced)
        case .finished: closing(.dismissed)
        default: closing(.lost(goodbye.message))
        }
    }

    private mutating func violation(_ reason: String) -> Action {
        closing(.lost(reason), Goodbye(.violation, reason))
    }

    private mutating func closing(_ end: ConnectionEnd, _ goodbye: Goodbye? = nil) -> Action {
        phase = .closed
        return .close(end, goodbye)
    }
}

/// How a connection ended.
enum ConnectionEnd: Sendable, Equatable {
    /// Everything was handed over and goodbye said.
    case finished
    /// The client was stopped.
    case stopped
    /// The run is complete: the learner needs no more.
    case dismissed
    case refused(Refusal)
    /// This side's certificates cannot be used, or one side does not trust the other's.
    case insecure(TransportError)
    /// Another connection took this actor's name.
    case replaced
    /// Worth another attempt.
    case lost(String)
}
