import Experience
import TrajectoryCodec

/// The only place where raw pointers into a batch exist; none outlives its closure.
extension SequenceBatch {
    /// Puts steps of a trajectory into sequence `row`, the first of them as frame `frame` (of T + 1).
    ///
    /// - Parameter scratch: images decompressed before they are spread over the batch; grows to what is needed.
    mutating func fill(
        row: Int, from frame: Int, with trajectory: EncodedTrajectory, steps: Range<Int>, scratch: inout [UInt8]
    ) throws(TrajectoryCodecError) {
        precondition(
            trajectory.header.image == replay.image && trajectory.header.actionCount == replay.actionCount,
            "a trajectory of \(trajectory.header.image) and \(trajectory.header.actionCount) in a batch of \(replay)")
        precondition(
            frame >= 0 && frame + steps.count <= shape.length + 1 && row < shape.sequences,
            "frames \(frame) ..< \(frame + steps.count) of sequence \(row) in \(shape)")
        try fillImages(row, frame, trajectory, steps, &scratch)
        let columns = try TrajectoryCoder.decodeColumns(of: trajectory)
        for (frame, step) in zip(frame..., steps) where frame > 0 {
            fill(row: row, step: frame - 1, with: columns, at: step)
        }
    }

    private mutating func fill(row: Int, step: Int, with columns: TrajectoryColumns, at source: Int) {
        let target = step * shape.sequences + row
        let count = replay.actionCount
        for action in 0..<count {
            actions[target * count + action] = columns.actions[source * count + action]
        }
        rewards[target] = columns.rewards[source]
        isFirst[target] = columns.flags[source].contains(.first) ? 1 : 0
        isTerminal[target] = columns.flags[source].contains(.terminal) ? 1 : 0
        policyVersions[target] = columns.policyVersions[source]
    }

    private mutating func fillImages(
        _ row: Int, _ frame: Int, _ trajectory: EncodedTrajectory, _ steps: Range<Int>, _ scratch: inout [UInt8]
    ) throws(TrajectoryCodecError) {
        let size = replay.image.count
        if scratch.count < steps.count * size { scratch = [UInt8](repeating: 0, count: steps.count * size) }
        try scratch.withUnsafeMutableBufferPointer { bytes throws(TrajectoryCodecError) in
            let frames = UnsafeMutableRawBufferPointer(
                UnsafeMutableBufferPointer(rebasing: bytes[..<(steps.count * size)]))
            try TrajectoryCoder.decodeImages(of: trajectory, steps: steps, into: frames)
            images.withUnsafeMutableBytes { images in
                for step in 0..<steps.count {
                    let target = ((frame + step) * shape.sequences + row) * size
                    UnsafeMutableRawBufferPointer(rebasing: images[target..<target + size])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: frames[step * size..<(step + 1) * size]))
                }
            }
        }
    }
}
