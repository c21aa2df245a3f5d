import Experience
import Foundation
import Numbers
import Threads

/// Where a sampler stands, for a checkpoint.
public struct SamplerState: Sendable, Equatable, Codable {
    public var generator: SplitMix64
    /// Batches delivered.
    public var batches = 0

    public init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }
}

/// Delivers batches, made ready in advance by a thread of its own. While the database cannot be read, it tries again.
///
/// With `prefetch` 0 there is no thread: a batch is drawn when it is asked for, from the replay as it then is, which
/// makes a run reproducible.
public final class BatchSampler: Sendable {
    public let shape: SampleShape
    private let replay: StepShape
    private let source: SequenceSource
    /// Nil for batches that do not count, as for pictures.
    private let limiter: RateLimiter?
    private let prefetch: Int
    private let isForTraining: Bool
    private let reading: ChangeReport<StorageStatus>
    /// Decompressing takes longer than all else: two cores do it in half the time, and more would wait for memory.
    private let workers = WorkerPool(
        helpers: Processors.usable > 1 ? 1 : 0, name: "decompression")
    private let shared: Monitor<Shared>

    private struct Shared {
        /// After the last delivered batch.
        var delivered: SamplerState
        /// After the last prepared batch.
        var prepared: SamplerState
        var ready: [Prepared] = []
        var spare: [SequenceBatch] = []
        /// The thread's end.
        var failure: ReplayError?
        var isClosing = false
        var isRunning = false
    }

    private struct Prepared {
        var batch: SequenceBatch
        var state: SamplerState
    }

    init(
        _ source: SequenceSource, shape: SampleShape, replay: StepShape, limiter: RateLimiter?, prefetch: Int,
        isForTraining: Bool, state: SamplerState, report: @escaping @Sendable (ReplayEvent) -> Void
    ) {
        reading = ChangeReport(.working) { report(.reading($0)) }
        self.shape = shape
        self.replay = replay
        self.source = source
        self.limiter = limiter
        self.prefetch = prefetch
        self.isForTraining = isForTraining
        shared = Monitor(Shared(delivered: state, prepared: state, isRunning: prefetch > 0))
        if prefetch > 0 {
            ServiceThread.start("replay sampler") { self.run() }
        }
    }

    /// From which a later sampler continues as if this one had not ended: batches that were prepared but not delivered
    /// are drawn again.
    public var state: SamplerState { shared.read { $0.delivered } }

    /// The next batch; waits for the limiter and until it is ready.
    ///
    /// - Throws: `.closed`, `.empty` (where no limiter waits for enough steps, or damage has left too few of them to one that
    ///   makes no batches in advance), `.damaged`, `.incomplete`.
    public func next() throws(ReplayError) -> SequenceBatch {
        try limiter?.waitToSample(shape.steps)
        guard isForTraining else { return try prepareNow() }
        if prefetch == 0 { return try patiently { () throws(ReplayError) in try prepareNow() } }
        return try shared.wait { shared throws(ReplayError) in
            if let failure = shared.failure { throw failure }
            guard !shared.ready.isEmpty else { return nil }
            let prepared = shared.ready.removeFirst()
            shared.delivered = prepared.state
            return prepared.batch
        }
    }

    /// Gives a batch's memory back for a later one; the caller must not use it any more.
    public func recycle(_ batch: SequenceBatch) {
        precondition(batch.shape == shape && batch.replay == replay, "a batch of another sampler")
        shared.withLock { if $0.spare.count <= prefetch { $0.spare.append(batch) } }
    }

    /// Lets calls of `next` that wait for the database throw `.closed`, and later ones.
    public func cancel() {
        shared.withLock { $0.isClosing = true }
    }

    /// Ends the thread; waiting calls of `next` throw `.closed`. Close a limiter first: the thread may wait for it.
    public func close() {
        cancel()
        shared.wait { $0.isRunning ? nil : () }
    }

    private func prepareNow() throws(ReplayError) -> SequenceBatch {
        try shared.withLock { shared throws(ReplayError) in
            guard !shared.isClosing else { throw Self.closed }
            let batch = shared.spare.popLast() ?? SequenceBatch(shape: shape, replay: replay)
            var state = shared.delivered
            try source.fill(batch, forTraining: isForTraining, workers: workers, using: &state.generator)
            state.batches += 1
            shared.delivered = state
            return batch
        }
    }

    private func run() {
        var failure = Self.closed
        do throws(ReplayError) {
            while let prepared = try prepareNext() {
                shared.withLock {
                    $0.prepared = prepared.state
                    $0.ready.append(prepared)
                }
            }
        } catch {
            failure = error
        }
        shared.withLock {
            $0.failure = failure
            $0.isRunning = false
        }
    }

    /// Waits for room and makes a batch; nil when closing.
    private func prepareNext() throws(ReplayError) -> Prepared? {
        let free: Prepared?? = shared.wait { shared -> Prepared?? in
            if shared.isClosing { return .some(nil) }
            guard shared.ready.count < prefetch else { return nil }
            let batch = shared.spare.popLast() ?? SequenceBatch(shape: shape, replay: replay)
            return Prepared(batch: batch, state: shared.prepared)
        }
        guard var prepared = free ?? nil else { return nil }
        let before = prepared.state
        repeat {
            try limiter?.waitUntilFilled()
            prepared.state = before
        } while try !fill(&prepared)
        prepared.state.batches += 1
        return prepared
    }

    /// Returns false where damage has left no sequence, and the limiter lets wait for others.
    private func fill(_ prepared: inout Prepared) throws(ReplayError) -> Bool {
        let before = prepared.state
        do throws(ReplayError) {
            try patiently { () throws(ReplayError) in
                prepared.state = before
                try source.fill(
                    prepared.batch, forTraining: isForTraining, workers: workers, using: &prepared.state.generator)
            }
            return true
        } catch  where error.code == .empty && limiter != nil {
            return false
        }
    }

    /// Does `body` again, with growing pauses, for as long as the database cannot be read: a full disk or a broken mount
    /// passes, and training then goes on.
    private func patiently<Result>(_ body: () throws(ReplayError) -> Result) throws(ReplayError) -> Result {
        var backoff = Backoff(first: .milliseconds(100), maximum: .seconds(5))
        while true {
            do throws(ReplayError) {
                let result = try body()
                reading.update { .working }
                return result
            } catch {
                guard error.code == .storage else { throw error }
                reading.update { .blocked(reason: error.message) }
                let closing: Void? = shared.wait(until: .now + backoff.next()) { $0.isClosing ? () : nil }
                if closing != nil { throw Self.closed }
            }
        }
    }

    private static let closed = ReplayError(.closed, "the sampler is closed")
}
