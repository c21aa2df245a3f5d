import NIOCore
import TrajectoryCodec

#if _endian(big)
    #error("the values of weights are copied as they lie in memory, which must be little-endian")
#endif

/// One version of the policy's parameters, what actors compute with, in the one piece of memory that is sent, or was
/// received: a uint32 with the length of the head, the head, and the values.
public struct PolicyWeights: Sendable, Equatable {
    public let version: UInt64
    public let layout: WeightsLayout
    let bytes: ByteBuffer

    /// Most bytes of the head.
    static let maximumHead = 1 << 20

    /// Weights to be sent.
    /// - Parameter fill: writes the values, `layout.byteCount` bytes, each tensor where the layout says.
    public init(version: UInt64, layout: WeightsLayout, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        self.version = version
        self.layout = layout
        var head = ByteBuffer()
        let length = WeightsHead(version: version, layout: layout).pack(into: &head, after: 4)
        precondition(length <= Self.maximumHead, "names and shapes of weights take \(length) bytes")
        head.setInteger(UInt32(length), at: 0, endianness: .little)
        var bytes = ByteBuffer.exact(capacity: head.readableBytes + layout.byteCount)
        bytes.writeBuffer(&head)
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: layout.byteCount) { values in
            fill(UnsafeMutableRawBufferPointer(rebasing: values[..<layout.byteCount]))
            return layout.byteCount
        }
        self.bytes = bytes
    }

    /// Weights that were received; nothing is copied.
    public init(received bytes: ByteBuffer) throws(WireError) {
        var rest = bytes
        guard let length = rest.readInteger(endianness: .little, as: UInt32.self), length <= Self.maximumHead,
            let message = rest.readSlice(length: Int(length))
        else { throw .weights("their head is too short or too long") }
        let head = try WeightsHead(packed: message)
        guard head.layout.byteCount == rest.readableBytes else {
            throw .weights("their tensors take \(head.layout.byteCount) of \(rest.readableBytes) bytes")
        }
        version = head.version
        layout = head.layout
        self.bytes = bytes
    }

    /// Calls `body` with the values, which lie at any address.
    public func withValues<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeReadableBytes { (bytes) throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes.suffix(layout.byteCount)))
        }
    }
}
