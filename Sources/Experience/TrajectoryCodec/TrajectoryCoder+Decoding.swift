import Experience
import NIOCore

/// Decoding in parts: what is asked for is decompressed from where the payload lies. Only `decode` looks at the checksum;
/// call `verifyChecksum` once when bytes come from outside.
extension TrajectoryCoder {
    /// Actions, rewards, policy versions and flags of all steps.
    public static func decodeColumns(
        of encoded: EncodedTrajectory
    ) throws(TrajectoryCodecError) -> TrajectoryColumns {
        let header = encoded.header
        let columns: TrajectoryColumns? = encoded.payload.withUnsafeReadableBytes { payload in
            withUnsafeTemporaryAllocation(byteCount: header.columnBytes, alignment: 16) {
                guard LZ4Block.decompress(payload.block(0, of: header), into: $0) else { return nil }
                return TrajectoryColumns(
                    steps: header.steps, shape: header.shape, from: UnsafeRawBufferPointer($0))
            }
        }
        guard let columns else { throw .block(0) }
        return columns
    }

    /// The images of `steps` [steps, height, width, channels] into `destination`, which they fill. Decompresses only
    /// the blocks that hold them.
    public static func decodeImages(
        of encoded: EncodedTrajectory, steps: Range<Int>, into destination: UnsafeMutableRawBufferPointer
    ) throws(TrajectoryCodecError) {
        let header = encoded.header
        let size = header.shape.image.count
        precondition(
            steps.lowerBound >= 0 && steps.upperBound <= header.steps,
            "steps \(steps) of a trajectory of \(header.steps)")
        precondition(
            destination.count == steps.count * size,
            "\(steps.count) images of \(size) bytes do not fill \(destination.count) bytes")
        guard !steps.isEmpty && size > 0 else { return }
        let frames = TrajectoryHeader.framesPerBlock
        for group in steps.lowerBound / frames...(steps.upperBound - 1) / frames {
            let wanted = header.groupSteps(group).clamped(to: steps)
            let target = destination[
                (wanted.lowerBound - steps.lowerBound) * size..<(wanted.upperBound - steps.lowerBound) * size]
            let isWhole = encoded.payload.withUnsafeReadableBytes { payload in
                decode(
                    payload.block(group + 1, of: header), group, wanted,
                    into: UnsafeMutableRawBufferPointer(rebasing: target), header)
            }
            guard isWhole else { throw .block(group + 1) }
        }
    }

    /// The whole trajectory, checksum verified.
    public static func decode(_ encoded: EncodedTrajectory) throws(TrajectoryCodecError) -> Trajectory {
        try encoded.verifyChecksum()
        let header = encoded.header
        let columns = try decodeColumns(of: encoded)
        var trajectory = Trajectory(header.shape)
        trajectory.vectors = columns.vectors
        trajectory.actions = columns.actions
        trajectory.rewards = columns.rewards
        trajectory.policyVersions = columns.policyVersions
        trajectory.flags = columns.flags
        trajectory.images = [UInt8](repeating: 0, count: header.steps * header.shape.image.count)
        try trajectory.images.withUnsafeMutableBufferPointer { images throws(TrajectoryCodecError) in
            try decodeImages(of: encoded, steps: 0..<header.steps, into: UnsafeMutableRawBufferPointer(images))
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
            let start = (wanted.lowerBound - held.lowerBound) * header.shape.image.count
            destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[start..<start + destination.count]))
            return true
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Block `index` of a payload whose header is valid.
    fileprivate func block(_ index: Int, of header: TrajectoryHeader) -> UnsafeRawBufferPointer {
        let range = header.blockRange(index)
        precondition(range.upperBound <= count, "block \(index) ends at \(range.upperBound) of \(count) bytes")
        return UnsafeRawBufferPointer(rebasing: self[range])
    }
}
