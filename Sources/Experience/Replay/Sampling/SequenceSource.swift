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
    /// Chooses what is trained on. It is locked within the index, never the other way round.
    private let training: Mutex<any Selector>

    init(store: ReplayStore, cacheBytes: Int, maximumStaleness: Int? = nil, training: any Selector) {
        self.training = Mutex(training)
        self.store = store
        self.maximumStaleness = maximumStaleness
        cache = PayloadCache(capacity: cacheBytes)
    }

    /// Whether a trajectory may be sampled.
    func admits(_ record: TrajectoryRecord) -> Bool {
        record.staleness ?? 0 <= maximumStaleness ?? .max
    }

    /// A trajectory that may be sampled has just been stored, and is in the index.
    func add(_ record: TrajectoryRecord) {
        training.withLock { $0.insert(record) }
    }

    /// Fills `batch` with sequences.
    ///
    /// - Parameters:
    ///   - forTraining: whether the replay's selector chooses them; others, as for reports, are drawn uniformly and change
    ///     nothing about what training gets.
    ///   - workers: threads that decompress.
    /// - Throws: `.empty` where no run is long enough, `.storage`, `.damaged`.
    func fill(
        _ batch: SequenceBatch, forTraining: Bool, workers: WorkerPool, using generator: inout SplitMix64
    ) throws(ReplayError) {
        var sequences: [DrawnSequence] = []
        while sequences.count < batch.shape.sequences {
            sequences.append(try draw(batch.shape.length, forTraining, &generator))
        }
        try batch.fill(with: sequences, workers: workers)
    }

    /// One sequence and the trajectories of its pieces. Draws again where a trajectory has left the replay in between.
    private func draw(
        _ length: Int, _ forTraining: Bool, _ generator: inout SplitMix64
    ) throws(ReplayError) -> DrawnSequence {
        while true {
            guard let location = next(length, forTraining, &generator) else {
                throw ReplayError(.empty, "the replay has no \(length + 1) consecutive steps to sample")
            }
            let found = try trajectories(location.pieces.map(\.trajectory))
            if let found { return DrawnSequence(location: location, trajectories: found) }
        }
    }

    private func next(_ length: Int, _ forTraining: Bool, _ generator: inout SplitMix64) -> SequenceLocation? {
        index.withLock { index in
            forTraining
                ? training.withLock { $0.next(in: &index, using: &generator) }
                : UniformSelector(length: length).next(in: &index, using: &generator)
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
