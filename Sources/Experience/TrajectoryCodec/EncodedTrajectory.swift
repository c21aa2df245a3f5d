import Experience

/// A trajectory as it travels, lies in the database and in the cache: a few numbers and compressed bytes.
public struct EncodedTrajectory: Sendable, Equatable {
    public var header: TrajectoryHeader
    /// Block after block as `header.blocks` counts them.
    public var payload: [UInt8]

    public init(header: TrajectoryHeader, payload: [UInt8]) {
        self.header = header
        self.payload = payload
    }
}

/// All that is needed to check and decompress a payload before a byte of it is touched.
public struct TrajectoryHeader: Sendable, Equatable {
    public var position: StreamPosition
    public var image: ImageShape
    public var actionCount: Int
    /// Number of steps.
    public var steps: Int
    /// Compressed sizes in bytes: first the block of all columns but the images, then one block for each group of
    /// `framesPerBlock` images (the last group may be smaller).
    public var blocks: [Int]
    /// CRC-32C of the payload.
    public var checksum: UInt32

    /// Images are compressed in independent groups, so that a sequence that starts late in a trajectory does not pay
    /// for the frames before it.
    public static let framesPerBlock = 16

    public init(
        position: StreamPosition, image: ImageShape, actionCount: Int, steps: Int, blocks: [Int], checksum: UInt32
    ) {
        self.position = position
        self.image = image
        self.actionCount = actionCount
        self.steps = steps
        self.blocks = blocks
        self.checksum = checksum
    }
}
