import NIOCore

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

    public var type: MessageType {
        switch self {
        case .hello: .hello
        case .welcome: .welcome
        case .refusal: .refusal
        case .trajectory: .trajectory
        case .acknowledgement: .acknowledgement
        case .credit: .credit
        case .weightsOffer: .weightsOffer
        case .weightsChunk: .weightsChunk
        case .report: .report
        case .heartbeat: .heartbeat
        case .goodbye: .goodbye
        case .drain: .drain
        }
    }

    /// The message of a frame. Unknown fields are ignored; values out of range are refused.
    public init(_ frame: Frame) throws(WireError) {
        switch frame.type {
        case .hello: self = .hello(try Hello(packed: frame.message))
        case .welcome: self = .welcome(try Welcome(packed: frame.message))
        case .refusal: self = .refusal(try Refusal(packed: frame.message))
        case .trajectory: self = .trajectory(try TrajectoryMessage(packed: frame.message))
        case .acknowledgement: self = .acknowledgement(try Acknowledgement(packed: frame.message))
        case .credit: self = .credit(try Credit(packed: frame.message))
        case .weightsOffer: self = .weightsOffer(try WeightsOffer(packed: frame.message))
        case .weightsChunk: self = .weightsChunk(try WeightsChunk(packed: frame.message))
        case .report: self = .report(try ActorReport(packed: frame.message))
        case .heartbeat: self = .heartbeat(try Heartbeat(packed: frame.message))
        case .goodbye: self = .goodbye(try Goodbye(packed: frame.message))
        case .drain: self = .drain(try Drain(packed: frame.message))
        }
    }

    /// The protobuf message.
    func packed() -> [UInt8] {
        switch self {
        case .hello(let message): message.packed()
        case .welcome(let message): message.packed()
        case .refusal(let message): message.packed()
        case .trajectory(let message): message.packed()
        case .acknowledgement(let message): message.packed()
        case .credit(let message): message.packed()
        case .weightsOffer(let message): message.packed()
        case .weightsChunk(let message): message.packed()
        case .report(let message): message.packed()
        case .heartbeat(let message): message.packed()
        case .goodbye(let message): message.packed()
        case .drain(let message): message.packed()
        }
    }
}
