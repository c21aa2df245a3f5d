import Experience
import Synchronization

/// Going back to what training had seen earlier, while all that came later stays stored.
extension ReplayBuffer {
    /// Keeps the newest trajectories from samplers, as if they had not come yet: those after the first `insertedSteps` that were ever
    /// stored. `show` lets samplers have them; so does whatever is stored next, which is newer. For one who has neither sampled nor
    /// inserted yet.
    ///
    /// - Returns: false where no trajectory ended there, or one is damaged; then nothing is kept from anybody.
    /// - Throws: `.storage`.
    public func withhold(after insertedSteps: Int) throws(ReplayError) -> Bool {
        guard store.damaged == 0 else { return false }
        var records: [TrajectoryRecord] = []
        try store.forEachRecord { records.append($0) }
        var (seen, late) = (store.totals.insertedSteps, 0)
        while seen > insertedSteps, late < records.count {
            late += 1
            seen -= records[records.count - late].steps
        }
        guard seen == insertedSteps else { return false }
        source.load(records.dropLast(late), withholding: records.suffix(late))
        restore(sampledSteps: limiter.limit.counts.sampled)
        return true
    }

    /// Lets samplers have the oldest of what is withheld, until they have all of the first `insertedSteps` or nothing is left; in the
    /// order in which it came.
    public func show(through insertedSteps: Int) {
        while limiter.limit.counts.inserted < insertedSteps,
            source.showNext({ steps, hasSequence in limiter.didInsert(steps, deleted: 0, hasSequence: hasSequence) })
        {}
    }

    /// The newest trajectory; nil where there is none.
    /// - Throws: `.storage`.
    public func newestKey() throws(ReplayError) -> TrajectoryKey? { try store.newestKey() }

    /// Whether trajectories may have to leave for so many more steps.
    public func isFull(for steps: Int) -> Bool {
        let totals = store.totals
        // LZ4 adds less than a hundredth to what does not compress.
        let bytes = Double(steps * shape.stepBytes) * 1.01
        return totals.steps + steps > configuration.capacitySteps
            || configuration.capacityBytes.map { Double(totals.bytes) + bytes > Double($0) } ?? false
    }
}

extension SequenceSource {
    /// What samplers see from now on, and what comes later.
    fileprivate func load(_ seen: some Sequence<TrajectoryRecord>, withholding late: ArraySlice<TrajectoryRecord>) {
        var loaded = ReplayIndex()
        for record in seen where admits(record) { loaded.append(record) }
        index.withLock { index in
            index = loaded
            withheld.withLock { $0 = late }
        }
    }

    /// Lets samplers have the oldest trajectory that is withheld.
    ///
    /// - Parameter shown: told its steps, with the index locked, and whether there is now a sequence for training.
    /// - Returns: whether there was one.
    fileprivate func showNext(_ shown: (_ steps: Int, _ hasSequence: Bool) -> Void) -> Bool {
        index.withLock { index in
            guard let record = withheld.withLock({ $0.popFirst() }) else { return false }
            show(record, in: &index)
            shown(record.steps, index.starts(length: length) > 0)
            return true
        }
    }

    /// All that is withheld, which is not any more.
    func takeWithheld() -> ArraySlice<TrajectoryRecord> {
        withheld.withLock { withheld in
            defer { withheld = [] }
            return withheld
        }
    }

    /// Lets samplers have a trajectory that is the newest from now on.
    func show(_ record: TrajectoryRecord, in index: inout ReplayIndex) {
        guard admits(record) else { return }
        index.append(record)
        add(record)
    }
}
