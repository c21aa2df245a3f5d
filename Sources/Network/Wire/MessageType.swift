/// The version of `docs/protocol.md` that this module speaks.
public let protocolVersion: UInt32 = 1

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
}
