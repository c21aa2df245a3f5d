import NIOCore

/// The version of `docs/protocol.md` that this module speaks.
public let protocolVersion: UInt32 = 2

/// What a frame carries; the numbers are those on the wire.
public enum MessageType: UInt8, Sendable, CaseIterable {
    case hello = 1
    case welcome = 2
    case refusal = 3
    case trajectory = 4
    case acknowledgement = 5
    case credit = 6
    case weightsOffer = 7
    case weightsChunk = 8
    case report = 9
    case heartbeat = 10
    case goodbye = 11
    case drain = 12

    /// Where each message is declared.
    var declared: any WireMessage.Type {
        switch self {
        case .hello: Hello.self
        case .welcome: Welcome.self
        case .refusal: Refusal.self
        case .trajectory: TrajectoryMessage.self
        case .acknowledgement: Acknowledgement.self
        case .credit: Credit.self
        case .weightsOffer: WeightsOffer.self
        case .weightsChunk: WeightsChunk.self
        case .report: ActorReport.self
        case .heartbeat: Heartbeat.self
        case .goodbye: Goodbye.self
        case .drain: Drain.self
        }
    }
}

/// Every message of the protocol as a value.
public enum Message: Sendable, Equatable {
    case hello(Hello)
    case welcome(Welcome)
    case refusal(Refusal)
    case trajectory(TrajectoryMessage)
    case acknowledgement(Acknowledgement)
    case credit(Credit)
    case weightsOffer(WeightsOffer)
    case weightsChunk(WeightsChunk)
    case report(ActorReport)
    case heartbeat(Heartbeat)
    case goodbye(Goodbye)
    case drain(Drain)

    var value: any WireMessage {
        switch self {
        case .hello(let message): message
        case .welcome(let message): message
        case .refusal(let message): message
        case .trajectory(let message): message
        case .acknowledgement(let message): message
        case .credit(let message): message
        case .weightsOffer(let message): message
        case .weightsChunk(let message): message
        case .report(let message): message
        case .heartbeat(let message): message
        case .goodbye(let message): message
        case .drain(let message): message
        }
    }

    /// The message of a frame. Unknown fields are ignored; values out of range are refused.
    public init(_ frame: Frame) throws(WireError) {
        self = try frame.type.declared.init(packed: frame.message).wrapped
    }

    public var type: MessageType { Swift.type(of: value).type }
}
