import Experience

/// Decoding in parts. Each function checks header and sizes against `limits` before it allocates or decompresses; the
/// ones that take a header and a payload read the payload where it lies. Only `verify` and `decode` look at the
/// checksum: call `verify` once when bytes come from outside.
extension TrajectoryCoder {
    /// Checks header, sizes and checksum without decompressing.
    public static func verify(
        _ header: TrajectoryHeader, payload: UnsafeRawBufferPointer, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) {
        try header.validate(limits, payloadBytes: payload.count)
        let checksum = CRC32C.checksum(of: payload)
        guard checksum == header.checksum else {
            throw .checksum(expected: header.checksum, actual: checksum)
        }
    }

    /// Checks header, sizes and checksum without decompressing.
    public static func verify(
        _ encoded: EncodedTrajectory, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) {
        try encoded.payload.withUnsafeBufferPointer { payload throws(TrajectoryCodecError) in
            try verify(encoded.header, payload: UnsafeRawBufferPointer(payload), limits: limits)
        }
    }

    /// Actions, rewards, policy versions and flags of all steps.
    public static func decodeColumns(
        of header: TrajectoryHeader, payload: UnsafeRawBufferPointer, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) -> TrajectoryColumns {
        try header.validate(limits, payloadBytes: payload.count)
        let columns: TrajectoryColumns? = withUnsafeTemporaryAllocation(byteCount: header.columnBytes, alignment: 16) {
            guard LZ4Block.decompress(payload.block(0, of: header), into: $0) else { return nil }
            return TrajectoryColumns(
                steps: header.steps, actionCount: header.actionCount, from: UnsafeRawBufferPointer($0))
        }
        guard let columns else { throw .block(0) }
        return columns
    }

    /// Actions, rewards, policy versions and flags of all steps.
    public static func decodeColumns(
        of encoded: EncodedTrajectory, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) -> TrajectoryColumns {
        try encoded.payload.withUnsafeBufferPointer { payload throws(TrajectoryCodecError) in
            try decodeColumns(of: encoded.header, payload: UnsafeRawBufferPointer(payload), limits: limits)
        }
    }

    /// The images of `steps` [steps, height, width, channels] into `destination`, which they fill. Decompresses only
    /// the blocks that hold them.
    public static func decodeImages(
        of header: TrajectoryHeader, payload: UnsafeRawBufferPointer, steps: Range<Int>,
        into destination: UnsafeMutableRawBufferPointer, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) {
        try header.validate(limits, payloadBytes: payload.count)
        let size = header.image.count
        precondition(
            steps.lowerBound >= 0 && steps.upperBound <= header.steps,
            "steps \(steps) of a trajectory of \(header.steps)")
        precondition(
            destination.count == steps.count * size,
            "\(steps.count) images of \(size) bytes do not fill \(destination.count) bytes")
        guard !steps.isEmpty else { return }
        let frames = TrajectoryHeader.framesPerBlock
        for group in steps.lowerBound / frames...(steps.upperBound - 1) / frames {
            let wanted = header.groupSteps(group).clamped(to: steps)
            let target = destination[
                (wanted.lowerBound - steps.lowerBound) * size..<(wanted.upperBound - steps.lowerBound) * size]
            let block = payload.block(group + 1, of: header)
            guard decode(block, group, wanted, into: UnsafeMutableRawBufferPointer(rebasing: target), header) else {
                throw .block(group + 1)
            }
        }
    }

    /// The images of `steps` [steps, height, width, channels] into `destination`, which they fill.
    public static func decodeImages(
        of encoded: EncodedTrajectory, steps: Range<Int>, into destination: UnsafeMutableRawBufferPointer,
        limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) {
        try encoded.payload.withUnsafeBufferPointer { payload throws(TrajectoryCodecError) in
            try decodeImages(
                of: encoded.header, payload: UnsafeRawBufferPointer(payload), steps: steps, into: destination,
                limits: limits)
        }
    }

    /// The whole trajectory, checksum verified.
    public static func decode(
        _ encoded: EncodedTrajectory, limits: TrajectoryLimits = .standard
    ) throws(TrajectoryCodecError) -> Trajectory {
        try verify(encoded, limits: limits)
        let header = encoded.header
        let columns = try decodeColumns(of: encoded, limits: limits)
        var trajectory = Trajectory(image: header.image, actionCount: header.actionCount)
        trajectory.actions = columns.actions
        trajectory.rewards = columns.rewards
        trajectory.policyVersions = columns.policyVersions
        trajectory.flags = columns.flags
        trajectory.images = [UInt8](repeating: 0, count: header.steps * header.image.count)
        try trajectory.images.withUnsafeMutableBufferPointer { images throws(TrajectoryCodecError) in
            try decodeImages(
                of: encoded, steps: 0..<header.steps, into: UnsafeMutableRawBufferPointer(images), limits: limits)
        }
        return trajectory
    }

    /// Decompresses one group of images; straight into place where all of them are wanted.
    private static func decode(
        _ block: UnsafeRawBufferPointer, _ group: Int, _ wanted: Range<Int>,
        into destination: UnsafeMutableRawBufferPointer, _ header: TrajectoryHeader
    ) -> Bool {
        let held = header.groupSteps(group)
        if wanted == held { return LZ4Block.decompress(block, into: destination) }
        return withUnsafeTemporaryAllocation(byteCount: header.groupBytes(group), alignment: 16) { scratch in
            guard LZ4Block.decompress(block, into: scratch) else { return false }
            let start = (wanted.lowerBound - held.lowerBound) * header.image.count
            destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[start..<start + destination.count]))
            return true
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Block `index` of a payload whose header is valid.
    fileprivate func block(_ index: Int, of header: TrajectoryHeader) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[header.blockRange(index)])
    }
}
