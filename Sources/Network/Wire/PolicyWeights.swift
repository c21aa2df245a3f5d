import NIOCore
public import Numbers
import TrajectoryCodec

#if _endian(big)
    #error("the values of weights are copied as they lie in memory, which must be little-endian")
#endif

/// One version of the policy's parameters, what actors compute with, in the one piece of memory that is sent, or was
/// received: a uint32 with the length of the head, the head, and the values.
public struct PolicyWeights: Sendable, Equatable {
    public let version: UInt64
    public let layout: WeightsLayout
    /// Of the values that are sent.
    public let precision: Precision
    let bytes: ByteBuffer

    /// Most bytes of the head.
    static let maximumHead = 1 << 20

    /// Weights to be sent.
    /// - Parameters:
    ///   - precision: in bfloat16 they take half the bytes, and are rounded.
    ///   - fill: writes the values, `layout.byteCount` bytes, each tensor where the layout says.
    public init(
        version: UInt64, layout: WeightsLayout, precision: Precision = .float32,
        fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        (self.version, self.layout, self.precision) = (version, layout, precision)
        var head = ByteBuffer()
        let message = WeightsHead(version: version, layout: layout, precision: precision)
        let length = message.pack(into: &head, after: 4)
        precondition(length <= Self.maximumHead, "names and shapes of weights take \(length) bytes")
        head.setInteger(UInt32(length), at: 0, endianness: .little)
        let count = message.byteCount
        var bytes = ByteBuffer.exact(capacity: head.readableBytes + count)
        bytes.writeBuffer(&head)
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { values in
            let values = UnsafeMutableRawBufferPointer(rebasing: values[..<count])
            switch precision {
            case .float32: fill(values)
            case .bfloat16: Self.round(layout, fill, into: values)
            }
            return count
        }
        self.bytes = bytes
    }

    private static func round(
        _ layout: WeightsLayout, _ fill: (UnsafeMutableRawBufferPointer) -> Void,
        into values: UnsafeMutableRawBufferPointer
    ) {
        withUnsafeTemporaryAllocation(byteCount: layout.byteCount, alignment: 64) { exact in
            fill(exact)
            for (index, value) in exact.bindMemory(to: Float.self).enumerated() {
                values.storeBytes(of: BFloat16.bits(value), toByteOffset: 2 * index, as: UInt16.self)
            }
        }
    }

    /// Weights that were received; nothing is copied.
    public init(received bytes: ByteBuffer) throws(WireError) {
        var rest = bytes
        guard let length = rest.readInteger(endianness: .little, as: UInt32.self), length <= Self.maximumHead,
            let message = rest.readSlice(length: Int(length))
        else { throw .weights("their head is too short or too long") }
        let head = try WeightsHead(packed: message)
        guard head.byteCount == rest.readableBytes else {
            throw .weights("their tensors take \(head.byteCount) of \(rest.readableBytes) bytes")
        }
        (version, layout, precision) = (head.version, head.layout, head.precision)
        self.bytes = bytes
    }

    /// Calls `body` with the values as the layout says, float32, which lie at any address.
    public func withValues<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch precision {
        case .float32:
            try bytes.withUnsafeReadableBytes { (bytes) throws(Failure) in
                try body(UnsafeRawBufferPointer(rebasing: bytes.suffix(layout.byteCount)))
            }
        case .bfloat16:
            try rounded.withUnsafeBufferPointer { (values) throws(Failure) in try body(UnsafeRawBufferPointer(values)) }
        }
    }

    /// Values that came as bfloat16.
    private var rounded: [Float] {
        let count = layout.byteCount / MemoryLayout<Float>.size
        return bytes.withUnsafeReadableBytes { bytes in
            let sent = UnsafeRawBufferPointer(rebasing: bytes.suffix(2 * count))
            return [Float](unsafeUninitializedCapacity: count) { values, initialized in
                for index in 0..<count {
                    values[index] = BFloat16.float(sent.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
                }
                initialized = count
            }
        }
    }
}
