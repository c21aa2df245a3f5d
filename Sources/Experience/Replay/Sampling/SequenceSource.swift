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
    /// Hears what is dropped, with the index locked, and whether training still has a sequence.
    private let dropped: @Sendable (_ reason: String, _ hasSequence: Bool) -> Void
    /// Trajectories that are stored and that samplers do not see yet, oldest first. It is locked within the index, never the other
    /// way round.
    let withheld = Mutex<ArraySlice<TrajectoryRecord>>([])
    /// Of the sequences of training.
    let length: Int
    /// Chooses what is trained on. It is locked within the index, never the other way round.
    private let training: Mutex<any Selector>

    /// - Parameters:
    ///   - length: of the sequences of training.
    ///   - training: chooses them.
    ///   - dropped: hears, in one line, of each trajectory that is damaged and whether a sequence is left without it; called
    ///     with the index locked.
    init(
        store: ReplayStore, cacheBytes: Int, maximumStaleness: Int? = nil, length: Int, training: any Selector,
        dropped: @escaping @Sendable (_ reason: String, _ hasSequence: Bool) -> Void = { _, _ in }
    ) {
        self.training = Mutex(training)
        self.store = store
        self.maximumStaleness = maximumStaleness
        self.length = length
        self.dropped = dropped
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
    /// - Throws: `.empty` where no run is long enough, `.storage`, `.damaged` where too much is, `.incomplete`.
    func fill(
        _ batch: SequenceBatch, forTraining: Bool, workers: WorkerPool, using generator: inout SplitMix64
    ) throws(ReplayError) {
        var sequences: [DrawnSequence] = []
        while sequences.count < batch.shape.sequences {
            sequences.append(try draw(batch.shape.length, forTraining, &generator))
        }
        try batch.fill(with: sequences, workers: workers)
    }

    /// One sequence and the trajectories of its pieces. Draws again where a trajectory has left the replay in between, or is
    /// damaged.
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
        for position in ids.indices where found[position] == nil {
            guard let stored = try stored(ids[position]) else { return nil }
            found[position] = stored
            cache.insert(stored, id: ids[position])
        }
        return found.compactMap { $0 }
    }

    /// From the database; nil where it is gone or, from now on, dropped.
    private func stored(_ id: Int64) throws(ReplayError) -> EncodedTrajectory? {
        do throws(ReplayError) {
            return try store.trajectory(id)
        } catch  where error.code == .damaged {
            drop(id, error.message)
            try store.leaveOut(id)
            return nil
        }
    }

    /// Samples as if this trajectory had never come.
    private func drop(_ id: Int64, _ reason: String) {
        index.withLock { index in
            index.remove(id)
            dropped(reason, index.starts(length: length) > 0)
        }
    }
}
