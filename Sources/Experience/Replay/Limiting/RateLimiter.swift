import Synchronization
import Threads

/// Lets training and actors wait for each other as a `RateLimit` demands; from any thread.
public final class RateLimiter: Sendable {
    /// Someone has waited for long.
    public struct Stall: Sendable, CustomStringConvertible {
        public enum Side: Sendable {
            case training
            case actors
        }

        public var waiting: Side
        /// Seconds so far, in multiples of the reporting interval.
        public var seconds: Double
        public var limit: RateLimit

        /// Who waits for whom, and why.
        public var description: String {
            let waited = "for \(Int(seconds)) s"
            if waiting == .actors {
                return "actors have waited \(waited) for training: \(Int(limit.balance - limit.balances.upperBound)) "
                    + "replayed steps more are due than the tolerance allows"
            }
            if limit.counts.size < limit.minimumSteps {
                return "training has waited \(waited) for actors: the replay has \(limit.counts.size) of "
                    + "\(limit.minimumSteps) steps of the prefill"
            }
            if !limit.hasSequence {
                return "training has waited \(waited) for actors: no environment has delivered enough consecutive steps"
            }
            return "training has waited \(waited) for actors: the replay ratio of \(limit.replayRatio) is reached"
        }
    }

    /// Seconds between reports of a wait.
    private let reportInterval: Double
    private let onStall: @Sendable (Stall) -> Void
    private let onFlow: @Sendable (Bool) -> Void
    private let shared: Monitor<Shared>
    /// What `onFlow` was told last; held while telling, so that its calls come in order.
    private let told = Mutex(true)

    private struct Shared {
        var limit: RateLimit
        var isClosed = false
    }

    /// - Parameters:
    ///   - onStall: called every `reportInterval` seconds of a wait, on the waiting thread.
    ///   - onFlow: called whenever `isInsertOpen` has changed, on the thread that changed it. It must not use the limiter.
    public init(
        _ limit: RateLimit, reportInterval: Double = 10, onStall: @escaping @Sendable (Stall) -> Void = { _ in },
        onFlow: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.reportInterval = reportInterval
        self.onStall = onStall
        self.onFlow = onFlow
        shared = Monitor(Shared(limit: limit))
    }

    /// The settings and counts at this moment.
    public var limit: RateLimit { shared.read { $0.limit } }

    /// Whether actors should be allowed to send; what they send all the same is counted, never refused.
    public var isInsertOpen: Bool { shared.read { $0.limit.canInsert($0.limit.insertSteps) } }

    public func didInsert(_ inserted: Int, deleted: Int, hasSequence: Bool) {
        change { $0.didInsert(inserted, deleted: deleted, hasSequence: hasSequence) }
    }

    public func restore(_ counts: RateLimit.Counts, hasSequence: Bool) {
        change { $0.restore(counts, hasSequence: hasSequence) }
    }

    /// Waits until `steps` may be sampled, and counts them.
    ///
    /// - Throws: `.closed`.
    public func waitToSample(_ steps: Int) throws(ReplayError) {
        try wait(.training) { limit in
            guard limit.canSample(steps) else { return false }
            limit.didSample(steps)
            return true
        }
        tell()
    }

    /// Waits until there is enough to sample from, and counts nothing.
    ///
    /// - Throws: `.closed`.
    public func waitUntilFilled() throws(ReplayError) {
        try wait(.training) { $0.isFilled }
    }

    /// Waits until `steps` have ever been inserted.
    ///
    /// - Throws: `.closed`.
    public func waitUntilInserted(_ steps: Int) throws(ReplayError) {
        try wait(.training) { $0.counts.inserted >= steps }
    }

    /// Waits until `steps` may be inserted; they count once they are stored.
    ///
    /// - Throws: `.closed`.
    public func waitToInsert(_ steps: Int) throws(ReplayError) {
        try wait(.actors) { $0.canInsert(steps) }
    }

    /// Ends all waits, now and later.
    public func close() {
        shared.withLock { $0.isClosed = true }
    }

    private func wait(
        _ side: Stall.Side, until permitted: (inout RateLimit) -> Bool
    ) throws(ReplayError) {
        var seconds = 0.0
        while true {
            let isDone: Bool? = try shared.wait(until: .now + .seconds(reportInterval)) { shared throws(ReplayError) in
                guard !shared.isClosed else { throw ReplayError(.closed, "the replay is closed") }
                return permitted(&shared.limit) ? true : nil
            }
            if isDone != nil { return }
            seconds += reportInterval
            onStall(Stall(waiting: side, seconds: seconds, limit: limit))
        }
    }

    private func change(_ body: (inout RateLimit) -> Void) {
        shared.withLock { body(&$0.limit) }
        tell()
    }

    private func tell() {
        told.withLock { told in
            let isOpen = isInsertOpen
            guard isOpen != told else { return }
            told = isOpen
            onFlow(isOpen)
        }
    }
}
