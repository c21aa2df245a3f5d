import Numbers
import Synchronization
import Threads
import TrajectoryCodec

/// From random numbers to a filled batch: index, cache and database together.
final class SequenceSource: Sendable {
    let index = Mutex(ReplayIndex())
    let cache: PayloadCache
    let store: ReplayStore
    /// What is staler is left out of the index.
    private let maximumStaleness: Int?
    /// Nil where all sequences are drawn uniformly.
    private let fresh: Mutex<FreshSequences?>

    init(store: ReplayStore, cacheBytes: Int, maximumStaleness: Int? = nil, fresh: FreshSequences? = nil) {
        self.fresh = Mutex(fresh)
        self.store = store
        self.maximumStaleness = maximumStaleness
        cache = PayloadCache(capacity: cacheBytes)
    }

    /// Whether a trajectory may be sampled.
    func admits(_ record: TrajectoryRecord) -> Bool {
        record.staleness ?? 0 <= maximumStaleness ?? .max
    }

    /// A trajectory that may be sampled has just been stored.
    func add(_ record: TrajectoryRecord) {
        fresh.withLock { $0?.append(record) }
    }

    /// Fills `batch` with sequences drawn uniformly.
    ///
    /// - Parameters:
    ///   - freshFirst: as long as there are sequences that were never served this way, those come first.
    ///   - workers: threads that decompress.
    /// - Throws: `.empty` where no run is long enough, `.storage`, `.damaged`.
    func fill(
        _ batch: inout SequenceBatch, freshFirst: Bool, workers: WorkerPool, using generator: inout SplitMix64
    ) throws(ReplayError) {
        var sequences: [DrawnSequence] = []
        while freshFirst, sequences.count < batch.shape.sequences, let sequence = try nextFresh() {
            sequences.append(sequence)
        }
        while sequences.count < batch.shape.sequences { sequences.append(try draw(batch.shape.length, &generator)) }
        try batch.fill(with: sequences, workers: workers)
    }

    /// Nil where nothing is fresh. What has left the replay meanwhile is passed over.
    private func nextFresh() throws(ReplayError) -> DrawnSequence? {
        while let location = fresh.withLock({ $0?.next() }) {
            let found = try trajectories(location.pieces.map(\.trajectory))
            if let found { return DrawnSequence(location: location, trajectories: found) }
        }
        return nil
    }

    /// One sequence and the trajectories of its pieces. Draws again where a trajectory has left the replay in between.
    private func draw(
        _ length: Int, _ generator: inout SplitMix64
    ) throws(ReplayError) -> DrawnSequence {
        while true {
            let location = index.withLock { $0.sample(length: length, using: &generator) }
            guard let location else {
                throw ReplayError(.empty, "the replay has no \(length + 1) consecutive steps to sample")
            }
            let found = try trajectories(location.pieces.map(\.trajectory))
            if let found { return DrawnSequence(location: location, trajectories: found) }
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
