import Synchronization
import Threads

/// Lets training wait for actors as a `RateLimit` demands, and reports when actors should wait for training; from any
/// thread.
public final class RateLimiter: Sendable {
    /// Training has waited for long.
    public struct Stall: Sendable, Equatable, CustomStringConvertible {
        /// Seconds so far, in multiples of the reporting interval.
        public var seconds: Double
        public var limit: RateLimit

        /// What training waits for, and why.
        public var description: String {
            "training has waited for \(Int(seconds)) s for actors: \(limit.whatTrainingWaitsFor)"
        }
    }

    /// Seconds between reports of a wait.
    private let reportInterval: Double
    private let report: @Sendable (ReplayEvent) -> Void
    private let isBehind: ChangeReport<Bool>
    private let shared: Monitor<Shared>

    /// Seconds for which either side has waited so far.
    public struct Waits: Sendable, Equatable {
        /// For which somebody who samples waited for actors.
        public var sampling = 0.0
        /// For which actors were to wait for training.
        public var inserting = 0.0

        public init() {}
    }

    private struct Shared {
        /// Its counts are those of the whole run.
        var limit: RateLimit
        /// What of them other replays of the run have counted.
        var elsewhere = RateLimit.Counts()
        var sampling = WaitMeter(), inserting = WaitMeter()
        /// Why no wait goes on.
        var ending: ReplayError?
        /// Who waits.
        var waiting = 0
        /// Since when nobody has got what they waited for.
        var since = ContinuousClock.now
        /// Intervals of that time which have been reported.
        var reported = 0

        mutating func begin() {
            if waiting == 0 { (since, reported) = (.now, 0) }
            waiting += 1
            sampling.set(true)
        }

        mutating func end() {
            waiting -= 1
            sampling.set(waiting > 0)
            (since, reported) = (.now, 0)
        }

        /// Whoever comes first reports for all who wait.
        mutating func takesReport(_ interval: Double) -> Int? {
            guard ContinuousClock.now - since >= .seconds(interval) * (reported + 1) else { return nil }
            reported += 1
            return reported
        }
    }

    /// - Parameter report: hears of a stall every `reportInterval` seconds of a wait, on a waiting thread and once however many
    ///   wait, and of training that falls behind or has caught up, on the thread that changed that.
    public init(
        _ limit: RateLimit, reportInterval: Double = 10, report: @escaping @Sendable (ReplayEvent) -> Void = { _ in }
    ) {
        self.reportInterval = reportInterval
        self.report = report
        let shared = Monitor(Shared(limit: limit))
        self.shared = shared
        isBehind = ChangeReport(false) { isBehind in
            shared.withLock { $0.inserting.set(isBehind) }
            report(.training(isBehind: isBehind))
        }
    }

    /// The settings and counts at this moment.
    public var limit: RateLimit { shared.read { $0.limit } }

    /// What this replay has counted itself.
    public var ownCounts: RateLimit.Counts { shared.read { $0.limit.counts - $0.elsewhere } }

    /// Counts what other replays of the same run have come to so far, instead of what was known of them before.
    public func count(elsewhere: RateLimit.Counts) {
        change { shared in
            shared.limit.restore(
                shared.limit.counts - shared.elsewhere + elsewhere, hasSequence: shared.limit.hasSequence)
            shared.elsewhere = elsewhere
        }
    }

    /// How long either side has waited.
    public var waits: Waits {
        shared.read { shared in
            var waits = Waits()
            waits.sampling = shared.sampling.seconds()
            waits.inserting = shared.inserting.seconds()
            return waits
        }
    }

    /// Whether anybody waits for actors at this moment.
    public var isWaitedFor: Bool { shared.read { $0.waiting > 0 } }

    /// Whether actors should be allowed to send; what they send all the same is counted, never refused.
    public var isInsertOpen: Bool { shared.read { $0.limit.canInsert($0.limit.insertSteps) } }

    public func didInsert(_ inserted: Int, deleted: Int, hasSequence: Bool) {
        change { $0.limit.didInsert(inserted, deleted: deleted, hasSequence: hasSequence) }
    }

    /// Continues from what this replay has counted itself.
    public func restore(_ counts: RateLimit.Counts, hasSequence: Bool) {
        change { $0.limit.restore(counts + $0.elsewhere, hasSequence: hasSequence) }
    }

    /// Counts steps that were sampled because others than this limiter allowed it.
    public func didSample(_ steps: Int) {
        change { $0.limit.didSample(steps) }
    }

    /// Waits until `steps` may be sampled, and counts them.
    ///
    /// - Throws: `.closed`, or what ended all waits.
    public func waitToSample(_ steps: Int) throws(ReplayError) {
        try wait { limit in
            guard limit.canSample(steps) else { return false }
            limit.didSample(steps)
            return true
        }
        isBehind.update { !isInsertOpen }
    }

    /// Waits until there is enough to sample from, and counts nothing.
    ///
    /// - Throws: `.closed`, or what ended all waits.
    public func waitUntilFilled() throws(ReplayError) {
        try wait { $0.isFilled }
    }

    /// Waits until `steps` have ever been inserted.
    ///
    /// - Throws: `.closed`, or what ended all waits.
    public func waitUntilInserted(_ steps: Int) throws(ReplayError) {
        try wait { $0.counts.inserted >= steps }
    }

    /// Ends all waits, now and later; they throw `error`.
    public func close(_ error: ReplayError = ReplayError(.closed, "the replay is closed")) {
        shared.withLock { $0.ending = $0.ending ?? error }
    }

    private func wait(until permitted: (inout RateLimit) -> Bool) throws(ReplayError) {
        shared.withLock { $0.begin() }
        defer { shared.withLock { $0.end() } }
        while true {
            let isDone: Bool? = try shared.wait(until: .now + .seconds(reportInterval)) { shared throws(ReplayError) in
                if let ending = shared.ending { throw ending }
                return permitted(&shared.limit) ? true : nil
            }
            if isDone != nil { return }
            guard let intervals = shared.withLock({ $0.takesReport(reportInterval) }) else { continue }
            report(.stall(Stall(seconds: Double(intervals) * reportInterval, limit: limit)))
        }
    }

    private func change(_ body: (inout Shared) -> Void) {
        shared.withLock { body(&$0) }
        isBehind.update { !isInsertOpen }
    }
}
