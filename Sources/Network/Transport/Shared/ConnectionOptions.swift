import NIOCore

/// Options that the connections of both sides have.
enum ConnectionOptions {
    /// A trajectory arrives in few reads.
    static let reads = AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 16 << 10, maximum: 512 << 10)
    /// A connection with more than the upper number of bytes unsent takes no further trajectories or weights.
    static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 128 << 10, high: 512 << 10)
}
