import Experience

/// What a receiver accepts. Everything is checked before memory is allocated or a byte decompressed.
public struct TrajectoryLimits: Sendable, Equatable {
    /// Steps of one trajectory: far more than `Trajectory.usualSteps`, so that other releases may send longer ones.
    public var steps: Int
    /// Bytes of one image.
    public var imageBytes: Int
    /// Numbers of one observation besides its image.
    public var vector: Int
    /// Length of an action vector.
    public var actions: Int
    /// Bytes of all columns of one trajectory, decompressed.
    public var decompressedBytes: Int
    /// Bytes of one trajectory as it is sent, compressed.
    public var payloadBytes: Int

    public init(
        steps: Int = 1024, imageBytes: Int = 1 << 20, vector: Int = 1 << 16, actions: Int = 1024,
        decompressedBytes: Int = 128 << 20, payloadBytes: Int = 32 << 20
    ) {
        self.steps = steps
        self.imageBytes = imageBytes
        self.vector = vector
        self.actions = actions
        self.decompressedBytes = decompressedBytes
        self.payloadBytes = payloadBytes
    }

    /// Enough for 64 steps of 256×256×3 pixels, and of 512×512×3 where they compress.
    public static let standard = TrajectoryLimits()

    /// Steps of a trajectory that stays within these limits however badly it compresses.
    public func steps(of shape: StepShape) -> Int {
        // What LZ4 adds at worst: a 255th, and 16 bytes for the columns and for each group of images.
        let worst = shape.stepBytes + shape.stepBytes / 255 + 2
        return min(steps, decompressedBytes / shape.stepBytes, (payloadBytes - 64) / worst)
    }
}

extension TrajectoryHeader {
    /// Checks that this header describes a trajectory within `limits` whose blocks fill `payloadBytes`.
    ///
    /// After it, none of the sizes in `TrajectoryHeader+Layout.swift` can overflow.
    public func validate(_ limits: TrajectoryLimits, payloadBytes: Int) throws(TrajectoryCodecError) {
        try check("the number of steps", steps, limits.steps)
        try check("the length of an action", shape.actionCount, limits.actions)
        // Whoever shows no image shows numbers.
        try check(
            "the number of observed numbers", shape.vectorCount, limits.vector, atLeast: shape.image == .none ? 1 : 0)
        let imageBytes = try checkImage(limits)
        // The lengths of action and vector are small by now.
        let stepBytes = sum(imageBytes, shape.columnBytes)
        try check("the number of decompressed bytes", product(steps, stepBytes), limits.decompressedBytes)
        try validateBlocks(payloadBytes: payloadBytes)
    }

    /// - Returns: bytes of an image.
    private func checkImage(_ limits: TrajectoryLimits) throws(TrajectoryCodecError) -> Int {
        let image = shape.image
        guard image != .none else { return 0 }
        try check("the image's height", image.height, limits.imageBytes)
        try check("the image's width", image.width, limits.imageBytes)
        try check("the image's number of channels", image.channels, limits.imageBytes)
        let bytes = product(product(image.height, image.width), image.channels)
        try check("the number of bytes of an image", bytes, limits.imageBytes)
        return bytes
    }

    private func validateBlocks(payloadBytes: Int) throws(TrajectoryCodecError) {
        guard blocks.count == 1 + groupCount else {
            throw .layout("\(blocks.count) blocks do not belong to \(steps) steps, that would be \(1 + groupCount)")
        }
        var total = 0
        for (index, size) in blocks.enumerated() {
            let maximum = LZ4Block.bound(blockBytes(index))
            guard size > 0, size <= maximum else {
                throw .layout("block \(index) has \(size) bytes, possible are 1 to \(maximum)")
            }
            total = sum(total, size)
        }
        guard total == payloadBytes else {
            throw .payloadSize(expected: total, actual: payloadBytes)
        }
    }

    private func check(
        _ field: String, _ value: Int, _ maximum: Int, atLeast minimum: Int = 1
    ) throws(TrajectoryCodecError) {
        guard value >= minimum, value <= maximum else {
            throw .limit(field: field, value: value, allowed: minimum...maximum)
        }
    }
}

/// The product, or `Int.max` where it does not fit: above every limit.
private func product(_ a: Int, _ b: Int) -> Int {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : value
}

/// The sum, or `Int.max` where it does not fit.
private func sum(_ a: Int, _ b: Int) -> Int {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : value
}
