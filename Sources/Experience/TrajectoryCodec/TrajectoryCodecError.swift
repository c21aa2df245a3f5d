/// Why a trajectory from outside cannot be used.
public enum TrajectoryCodecError: Error, Equatable, CustomStringConvertible {
    /// A number in the header is zero, negative or above what the receiver allows.
    case limit(field: String, value: Int, allowed: ClosedRange<Int>)
    /// The number of blocks or the size of one cannot belong to this many steps and pixels.
    case layout(String)
    /// The payload is longer or shorter than its blocks.
    case payloadSize(expected: Int, actual: Int)
    /// The payload is not what was checksummed.
    case checksum(expected: UInt32, actual: UInt32)
    /// A block does not decompress to its size.
    case block(Int)

    public var description: String {
        switch self {
        case .limit(let field, let value, let allowed):
            "trajectory refused: \(field) is \(value), allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        case .layout(let reason):
            "trajectory refused: \(reason)"
        case .payloadSize(let expected, let actual):
            "trajectory refused: the payload has \(actual) bytes, its blocks \(expected)"
        case .checksum(let expected, let actual):
            "trajectory refused: the payload's checksum is \(actual), the header says \(expected)"
        case .block(let index):
            "trajectory refused: block \(index) does not decompress to its size"
        }
    }
}
