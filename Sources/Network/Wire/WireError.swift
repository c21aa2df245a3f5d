import TrajectoryCodec

/// What is wrong with bytes from the other side. The connection they came over is of no more use.
public enum WireError: Error, Equatable, CustomStringConvertible {
    /// Not the start of a frame: the peer speaks something else.
    case notAFrame
    case unknownType(UInt8)
    /// A message that has no place here, such as a second Hello.
    case unexpected(MessageType)
    /// Bits are set that this version keeps at zero.
    case reservedBits
    case messageTooLong(MessageType, length: Int, maximum: Int)
    case payloadTooLong(MessageType, length: Int, maximum: Int)
    case checksum(MessageType)
    /// Not a protobuf message of its type.
    case malformed(MessageType)
    case field(MessageType, String)
    case weights(String)

    public var description: String {
        switch self {
        case .notAFrame: "the peer does not speak this protocol"
        case .unknownType(let number): "message type \(number) is unknown to this version"
        case .unexpected(let type): "a message of type \(type) has no place here"
        case .reservedBits: "reserved bits of a frame header are set"
        case .messageTooLong(let type, let length, let maximum):
            "a message of type \(type) and \(length) bytes is longer than the allowed \(maximum)"
        case .payloadTooLong(let type, let length, let maximum):
            "a payload of type \(type) and \(length) bytes is longer than the allowed \(maximum)"
        case .checksum(let type): "the checksum of a message of type \(type) is wrong"
        case .malformed(let type): "a message of type \(type) cannot be parsed"
        case .field(let type, let reason): "a message of type \(type) is refused: \(reason)"
        case .weights(let reason): "weights are refused: \(reason)"
        }
    }
}
