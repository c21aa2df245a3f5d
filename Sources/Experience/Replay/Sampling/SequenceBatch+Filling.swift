import Experience
import Synchronization
import Threads
import TrajectoryCodec

/// One drawn sequence: where its frames are, and the trajectories of its pieces.
struct DrawnSequence: Sendable {
    var location: SequenceLocation
    var trajectories: [EncodedTrajectory]
}

extension SequenceBatch {
    /// Decompresses one sequence into each row, on the caller's thread and those of `workers`.
    ///
    /// - Throws: `.damaged`.
    func fill(with sequences: [DrawnSequence], workers: WorkerPool) throws(ReplayError) {
        precondition(sequences.count == shape.sequences, "\(sequences.count) sequences for \(shape)")
        let failure = Failure()
        withColumns { columns in
            workers.forEach(sequences.count) { row in
                do throws(ReplayError) {
                    try columns.fill(row: row, with: sequences[row])
                } catch {
                    failure.error.withLock { $0 = error }
                }
            }
        }
        if let error = failure.error.withLock({ $0 }) { throw error }
    }

    /// The last of any thread.
    private final class Failure: Sendable {
        let error = Mutex<ReplayError?>(nil)
    }
}

extension SequenceBatch.Columns {
    fileprivate func fill(row: Int, with sequence: DrawnSequence) throws(ReplayError) {
        var frame = 0
        for (piece, trajectory) in zip(sequence.location.pieces, sequence.trajectories) {
            do throws(TrajectoryCodecError) {
                try fill(row: row, from: frame, with: trajectory, steps: piece.steps)
            } catch {
                throw ReplayError(.damaged, "trajectory \(piece.trajectory) is damaged: \(error)")
            }
            frame += piece.steps.count
        }
    }

    /// Puts steps of a trajectory into sequence `row`, the first of them as frame `frame` (of T + 1).
    private func fill(
        row: Int, from frame: Int, with trajectory: EncodedTrajectory, steps: Range<Int>
    ) throws(TrajectoryCodecError) {
        precondition(
            trajectory.header.shape == replay,
            "a trajectory of \(trajectory.header.shape) in a batch of \(replay)")
        precondition(
            frame >= 0 && frame + steps.count <= shape.length + 1 && row < shape.sequences,
            "frames \(frame) ..< \(frame + steps.count) of sequence \(row) in \(shape)")
        if replay.image != .none { try fillImages(row, frame, trajectory, steps) }
        let columns = try TrajectoryCoder.decodeColumns(of: trajectory)
        for (frame, step) in zip(frame..., steps) where frame > 0 {
            fill(row: row, step: frame - 1, with: columns, at: step)
        }
    }

    private func fill(row: Int, step: Int, with columns: TrajectoryColumns, at source: Int) {
        let target = step * shape.sequences + row
        copy(columns.vectors, source, to: vectors, target, count: replay.vectorCount)
        copy(columns.actions, source, to: actions, target, count: replay.actionCount)
        rewards[target] = columns.rewards[source]
        isFirst[target] = columns.flags[source].contains(.first) ? 1 : 0
        isTerminal[target] = columns.flags[source].contains(.terminal) ? 1 : 0
        policyVersions[target] = columns.policyVersions[source]
    }

    /// Copies row `source` of `values` [steps, count] into row `target`.
    private func copy(
        _ values: [Float], _ source: Int, to destination: UnsafeMutableBufferPointer<Float>, _ target: Int, count: Int
    ) {
        for index in 0..<count { destination[target * count + index] = values[source * count + index] }
    }

    /// Block by block, so that what was decompressed is still in the core's cache when it is spread over the batch.
    private func fillImages(
        _ row: Int, _ frame: Int, _ trajectory: EncodedTrajectory, _ steps: Range<Int>
    ) throws(TrajectoryCodecError) {
        let (size, frames) = (replay.image.count, TrajectoryHeader.framesPerBlock)
        var failure: TrajectoryCodecError?
        withUnsafeTemporaryAllocation(byteCount: frames * size, alignment: 16) { scratch in
            for block in steps.lowerBound / frames...(steps.upperBound - 1) / frames {
                let wanted = (block * frames..<(block + 1) * frames).clamped(to: steps)
                let decoded = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(wanted.count * size)])
                do throws(TrajectoryCodecError) {
                    try TrajectoryCoder.decodeImages(of: trajectory, steps: wanted, into: decoded)
                } catch {
                    failure = error
                    return
                }
                for step in wanted {
                    let target = ((frame + step - steps.lowerBound) * shape.sequences + row) * size
                    let source = (step - wanted.lowerBound) * size
                    UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(images)[target..<target + size]
                    )
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: decoded[source..<source + size]))
                }
            }
        }
        if let failure { throw failure }
    }
}
