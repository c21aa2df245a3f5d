import NIOCore
import TrajectoryCodec

/// What an actor knows of a trajectory that the learner has stored.
public struct Receipt: Sendable, Equatable {
    public var sequence: UInt64
    /// CRC-32C of the payload.
    public var checksum: UInt32
    /// Compressed bytes.
    public var bytes: Int
    /// From sending it last to the acknowledgement.
    public var latency: Duration

    init(_ entry: Outbox.Entry, now: NIODeadline) {
        sequence = entry.sequence
        checksum = entry.trajectory.header.checksum
        bytes = entry.trajectory.byteCount
        latency = .nanoseconds((now - entry.sentAt).nanoseconds)
    }
}
