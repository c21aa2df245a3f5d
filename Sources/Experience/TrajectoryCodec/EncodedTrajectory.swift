import Experience
import NIOCore

/// A trajectory as it travels, lies in the database and in the cache: a few numbers and compressed bytes. The header is
/// within limits and fits the payload: whoever has one may decompress it without another look at its sizes.
public struct EncodedTrajectory: Sendable, Equatable {
    public let header: TrajectoryHeader
    /// Block after block as `header.blocks` counts them, in memory of its own that all who hold the trajectory share:
    /// compressed into by an actor, written to the socket, read into by a learner, written to disk, kept in the cache.
    public let payload: ByteBuffer

    /// Takes what comes from outside: from the network, or from disk. The checksum is not looked at.
    public init(
        checking header: TrajectoryHeader, payload: ByteBuffer, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) {
        try header.validate(limits, payloadBytes: payload.readableBytes)
        self.init(header: header, payload: payload)
    }

    /// - Parameter header: is known to fit the payload.
    package init(header: TrajectoryHeader, payload: ByteBuffer) {
        self.header = header
        self.payload = payload
    }

    /// Compressed bytes.
    public var byteCount: Int { payload.readableBytes }

    /// Checks that the payload is the one that was sent.
    public func verifyChecksum() throws(TrajectoryCodecError) {
        let checksum = payload.checksum()
        guard checksum == header.checksum else { throw .checksum(expected: header.checksum, actual: checksum) }
    }

    /// Checks that each block decompresses to its size, without doing it: nothing is written, and no memory taken.
    public func verifyBlocks() throws(TrajectoryCodecError) {
        let damaged = payload.withUnsafeReadableBytes { payload in
            var start = 0
            for (index, size) in header.blocks.enumerated() {
                let block = UnsafeRawBufferPointer(rebasing: payload[start..<start + size])
                guard LZ4Block.isWhole(block, size: header.blockBytes(index)) else { return index as Int? }
                start += size
            }
            return nil
        }
        if let damaged { throw .block(damaged) }
    }
}

/// All that is needed to check and decompress a payload before a byte of it is touched.
public struct TrajectoryHeader: Sendable, Equatable {
    public var position: StreamPosition
    public var shape: StepShape
    /// Number of steps.
    public var steps: Int
    /// Compressed sizes in bytes: first the block of all columns but the images, then one block for each group of
    /// `framesPerBlock` images (the last group may be smaller); no group where there are no images.
    public var blocks: [Int]
    /// CRC-32C of the payload.
    public var checksum: UInt32

    /// Images are compressed in independent groups, so that a sequence that starts late in a trajectory does not pay
    /// for the frames before it.
    public static let framesPerBlock = 16

    public init(
        position: StreamPosition, shape: StepShape, steps: Int, blocks: [Int], checksum: UInt32
    ) {
        self.position = position
        self.shape = shape
        self.steps = steps
        self.blocks = blocks
        self.checksum = checksum
    }
}
