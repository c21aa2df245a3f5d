import Experience
import NIOCore

/// Trajectories to compressed bytes and back.
///
/// Block 0 holds the small columns, each further block the images of `TrajectoryHeader.framesPerBlock` steps; all are
/// independent LZ4 blocks.
public enum TrajectoryCoder {
    /// Compresses `trajectory`, which has at least one step.
    public static func encode(_ trajectory: Trajectory, position: StreamPosition) -> EncodedTrajectory {
        precondition(trajectory.count > 0, "a trajectory without steps is not sent")
        var header = TrajectoryHeader(
            position: position, shape: trajectory.shape, steps: trajectory.count, blocks: [], checksum: 0)
        checkColumns(of: trajectory)
        let payload = compress(trajectory, sizes: &header.blocks, header: header)
        header.checksum = payload.checksum()
        return EncodedTrajectory(header: header, payload: payload)
    }

    private static func checkColumns(of trajectory: Trajectory) {
        let (steps, shape) = (trajectory.count, trajectory.shape)
        precondition(
            trajectory.images.count == steps * shape.image.count
                && trajectory.vectors.count == steps * shape.vectorCount
                && trajectory.actions.count == steps * shape.actionCount
                && trajectory.flags.count == steps && trajectory.policyVersions.count == steps,
            "the columns of a trajectory of \(steps) steps differ in length")
    }

    private static func compress(_ trajectory: Trajectory, sizes: inout [Int], header: TrajectoryHeader) -> ByteBuffer {
        let groups = 0..<header.groupCount
        let bound = groups.reduce(LZ4Block.bound(header.columnBytes)) { $0 + LZ4Block.bound(header.groupBytes($1)) }
        return ByteBuffer.exact(upTo: bound) { memory in
            var used = 0
            func append(_ raw: UnsafeRawBufferPointer) {
                let size = LZ4Block.compress(raw, into: UnsafeMutableRawBufferPointer(rebasing: memory[used...]))
                sizes.append(size)
                used += size
            }
            let columns = TrajectoryColumns(
                vectors: trajectory.vectors, actions: trajectory.actions, rewards: trajectory.rewards,
                policyVersions: trajectory.policyVersions,
                flags: trajectory.flags)
            withUnsafeTemporaryAllocation(byteCount: header.columnBytes, alignment: 16) {
                columns.write(into: $0)
                append(UnsafeRawBufferPointer($0))
            }
            trajectory.images.withUnsafeBytes { images in
                for group in groups {
                    let steps = header.groupSteps(group)
                    let bytes = images[
                        steps.lowerBound * header.shape.image.count..<steps.upperBound * header.shape.image.count]
                    append(UnsafeRawBufferPointer(rebasing: bytes))
                }
            }
            return used
        }
    }
}
