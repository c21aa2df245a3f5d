import Experience
import Fields
import Synchronization
import TrajectoryCodec

/// The durable replay of a learner: stores what actors send, lets training sample from it, and keeps the two in step.
///
/// Insertion is asynchronous: `insert` returns at once, and a `ReplayEvent` tells when the trajectory is on disk.
public final class ReplayBuffer: Sendable {
    public let configuration: ReplayConfiguration
    public let shape: StepShape
    public let limiter: RateLimiter
    let store: ReplayStore
    let source: SequenceSource
    private let writer: StorageWriter
    private let training: SampleShape
    private let report: @Sendable (ReplayEvent) -> Void
    /// Those with a thread, which `close` ends.
    private let samplers = Mutex<[BatchSampler]>([])

    /// Opens the replay in `directory`, or creates it, and reads its index.
    ///
    /// - Parameters:
    ///   - shape: of every trajectory.
    ///   - training: of the batches that count for the replay ratio.
    ///   - learners: how many replays each have a share as large in every training step; the counts of the others are told
    ///     to `limiter`.
    ///   - report: hears of all that happens, on one of the replay's threads or, where the queue becomes full, on the one
    ///     that inserts.
    /// - Throws: `ReplayError`; see `ReplayStore` and `RateLimit` for the reasons.
    public init(
        directory: String, configuration: ReplayConfiguration, shape: StepShape, training: SampleShape,
        learners: Int = 1, report: @escaping @Sendable (ReplayEvent) -> Void = { _ in }
    ) throws(ReplayError) {
        try configuration.validate(training: training)
        let limit = try RateLimit(
            replayRatio: configuration.replayRatio, minimumSteps: configuration.prefillSteps,
            tolerance: configuration.tolerance, sampleSteps: training.steps * learners,
            insertSteps: configuration.trajectorySteps)
        self.configuration = configuration
        self.shape = shape
        self.training = training
        store = try ReplayStore(
            directory: directory, shape: shape, capacitySteps: configuration.capacitySteps,
            capacityBytes: configuration.capacityBytes)
        let limiter = RateLimiter(limit, report: report)
        let source = SequenceSource(
            store: store, cacheBytes: configuration.cacheBytes, maximumStaleness: configuration.maximumStaleness,
            length: training.length,
            training: (configuration.online ? Selection.freshFirst : .uniform).selector(length: training.length)
        ) { reason, hasSequence in
            limiter.didInsert(0, deleted: 0, hasSequence: hasSequence)
            report(.damaged(reason))
        }
        try source.load()
        self.source = source
        self.limiter = limiter
        self.report = report
        writer = StorageWriter(
            store: store, queueBytes: configuration.queueBytes,
            onCommit: { result, batch in
                source.apply(result, batch) { withheldSteps, hasSequence in
                    limiter.didInsert(
                        withheldSteps + result.insertedSteps, deleted: result.evictedSteps, hasSequence: hasSequence)
                }
            },
            report: { event in
                if case .writing(.failed(let error)) = event { limiter.close(error) }
                report(event)
            })
        restore(sampledSteps: 0)
    }

    /// Hands over a trajectory to be stored; `ReplayEvent.settled` names its key once it is on disk (or was before).
    ///
    /// - Parameter staleness: how many versions its oldest policy is behind; nil where that is not known.
    /// - Throws: `.shape` for one that does not belong here, or `.closed`.
    public func insert(
        _ trajectory: EncodedTrajectory, key: TrajectoryKey, staleness: Int? = nil
    ) throws(ReplayError) {
        let header = trajectory.header
        guard header.shape == shape else {
            throw ReplayError(
                .shape,
                "\(key.actor) sent \(header.shape), this run has \(shape)")
        }
        // Far beyond any run; keeps step arithmetic from overflowing.
        guard header.steps > 0 && header.position.firstStep < 1 << 60 else {
            throw ReplayError(
                .shape, "\(key.actor) sent \(header.steps) steps from step \(header.position.firstStep)")
        }
        try writer.submit(IncomingTrajectory(key: key, trajectory: trajectory, staleness: staleness))
    }

    /// The highest sequence number up to which everything of this incarnation is, or was, stored; 0 for none.
    public func storedThrough(actor: String, incarnation: UInt64) -> UInt64 {
        store.storedThrough(actor: actor, incarnation: incarnation)
    }

    /// A source of batches for training; they count for the replay ratio.
    ///
    /// - Parameter state: from a checkpoint, or `SamplerState(seed:)`.
    public func makeTrainingSampler(state: SamplerState) -> BatchSampler {
        makeSampler(training, limiter: limiter, prefetch: configuration.prefetch, state: state)
    }

    /// A source of shares of batches for training. It draws one when it is asked to, without waiting: whether there is a step, and
    /// what then counts, is decided by who asks.
    public func makeShareSampler(state: SamplerState) -> BatchSampler {
        makeSampler(training, limiter: nil, prefetch: 0, isForTraining: true, state: state)
    }

    /// A source of batches that do not count, as for pictures and reports; it never waits.
    public func makeReportSampler(_ shape: SampleShape, state: SamplerState) -> BatchSampler {
        makeSampler(shape, limiter: nil, prefetch: 0, state: state)
    }

    private func makeSampler(
        _ shape: SampleShape, limiter: RateLimiter?, prefetch: Int, isForTraining: Bool? = nil, state: SamplerState
    ) -> BatchSampler {
        let sampler = BatchSampler(
            source, shape: shape, replay: self.shape, limiter: limiter, prefetch: prefetch,
            isForTraining: isForTraining ?? (limiter != nil), state: state, report: report)
        if prefetch > 0 { samplers.withLock { $0.append(sampler) } }
        return sampler
    }

    public var statistics: ReplayStatistics {
        let cache = source.cache.statistics
        let limit = limiter.limit
        return ReplayStatistics(
            totals: store.totals, queuedBytes: writer.queuedBytes, writer: writer.status,
            commits: writer.meter, cacheBytes: cache.bytes,
            cacheHits: cache.hits, cacheMisses: cache.misses, duplicates: writer.duplicates, damaged: store.damaged,
            counts: limit.counts, balance: limit.balance, waits: limiter.waits)
    }

    /// What a checkpoint keeps of this replay, beside the samplers' states.
    public func checkpointState() -> ReplayState {
        let counts = limiter.ownCounts
        return ReplayState(
            configuration: configuration, sampledSteps: counts.sampled, insertedSteps: counts.inserted)
    }

    /// Continues the replay ratio from a checkpoint. What was stored after it counts as inserted, and what had been stored
    /// before it and is not there any more as inserted and gone. The configuration of this run stays in force.
    ///
    /// - Returns: a line for each setting that differs from the checkpoint's, and for steps that are lost.
    /// - Throws: `.storage`.
    public func restore(_ state: ReplayState) throws(ReplayError) -> [String] {
        let lost = try store.countLost(insertedSteps: state.insertedSteps)
        restore(sampledSteps: state.sampledSteps)
        let changes = configuration.differences(from: state.configuration).map { "changed since the checkpoint: \($0)" }
        guard lost > 0 else { return changes }
        return [
            "the replay has lost \(lost) of the \(state.insertedSteps) agent steps that the checkpoint knows of: it was moved "
                + "away, or its disk has lost them; they count as played, and training goes on when there are "
                + "\(configuration.prefillSteps) steps in it"
        ] + changes
    }

    func restore(sampledSteps: Int) {
        let totals = store.totals
        var counts = RateLimit.Counts()
        counts.inserted = totals.insertedSteps - source.withheld.withLock { $0.reduce(0) { $0 + $1.steps } }
        counts.deleted = totals.evictedSteps
        counts.sampled = sampledSteps
        let length = training.length
        limiter.restore(counts, hasSequence: source.index.withLock { $0.starts(length: length) > 0 })
    }

    /// Wakes all who wait, stores what was handed over, ends the threads, and frees the directory for another process.
    ///
    /// - Throws: `.storage` if SQLite cannot close its files; what was acknowledged is stored all the same.
    public func close() throws(ReplayError) {
        limiter.close()
        for sampler in samplers.withLock({ $0 }) { sampler.close() }
        writer.close()
        try store.close()
    }
}

extension SequenceSource {
    /// Reads the index from the database.
    fileprivate func load() throws(ReplayError) {
        var loaded = ReplayIndex()
        try store.forEachRecord { if admits($0) { loaded.append($0) } }
        index.withLock { $0 = loaded }
    }

    /// Makes a commit visible to samplers.
    ///
    /// - Parameter applied: told, with the index locked, how many steps before these were withheld until now, and whether there is
    ///   now a sequence for training.
    fileprivate func apply(
        _ result: CommitResult, _ batch: [IncomingTrajectory],
        _ applied: (_ withheldSteps: Int, _ hasSequence: Bool) -> Void
    ) {
        for (incoming, outcome) in zip(batch, result.outcomes) {
            if case .stored(let id) = outcome { cache.insert(incoming.trajectory, id: id) }
        }
        cache.remove(result.evicted)
        index.withLock { index in
            let before = result.stored.isEmpty ? [] : takeWithheld()
            for record in before + result.stored { show(record, in: &index) }
            if let last = result.evicted.last { index.evict(through: last) }
            applied(before.reduce(0) { $0 + $1.steps }, index.starts(length: length) > 0)
        }
    }
}
