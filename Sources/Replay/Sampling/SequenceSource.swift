import Synchronization
import TrajectoryCodec

/// From random numbers to a filled batch: index, cache and database together.
final class SequenceSource: Sendable {
    let index = Mutex(ReplayIndex())
    let cache: PayloadCache
    let store: ReplayStore

    init(store: ReplayStore, cacheBytes: Int) {
        self.store = store
        cache = PayloadCache(capacity: cacheBytes)
    }

    /// Fills `batch` with sequences drawn uniformly.
    ///
    /// - Throws: `.empty` where no run is long enough, `.storage`, `.damaged`.
    func fill(
        _ batch: inout SequenceBatch, scratch: inout [UInt8], using generator: inout SampleGenerator
    ) throws(ReplayError) {
        for row in 0..<batch.shape.sequences {
            let (location, trajectories) = try draw(batch.shape.length, &generator)
            var frame = 0
            for (piece, trajectory) in zip(location.pieces, trajectories) {
                do throws(TrajectoryCodecError) {
                    try batch.fill(row: row, from: frame, with: trajectory, steps: piece.steps, scratch: &scratch)
                } catch {
                    throw ReplayError(.damaged, "trajectory \(piece.trajectory) is damaged: \(error)")
                }
                frame += piece.steps.count
            }
        }
    }

    /// One sequence and the trajectories of its pieces. Draws again where a trajectory has left the replay in between.
    private func draw(
        _ length: Int, _ generator: inout SampleGenerator
    ) throws(ReplayError) -> (SequenceLocation, [EncodedTrajectory]) {
        while true {
            let location = index.withLock { $0.sample(length: length, using: &generator) }
            guard let location else {
                throw ReplayError(.empty, "the replay has no \(length + 1) consecutive steps to sample")
            }
            let found = try trajectories(location.pieces.map(\.trajectory))
            if let found { return (location, found) }
        }
    }

    /// From the cache, else from the database; nil if one of them is gone.
    private func trajectories(_ ids: [Int64]) throws(ReplayError) -> [EncodedTrajectory]? {
        var found = cache.trajectories(ids)
        let missing = ids.indices.filter { found[$0] == nil }
        if !missing.isEmpty {
            for (position, stored) in zip(missing, try store.trajectories(missing.map { ids[$0] })) {
                guard let stored else { return nil }
                found[position] = stored
                cache.insert(stored, id: ids[position])
            }
        }
        return found.compactMap { $0 }
    }
}
