import Measurements
import Synchronization

/// How many versions behind the newest policy the policies were that chose what arrives: a histogram whose classes
/// double in width, since the last time it was taken.
final class StalenessMeter: Sendable {
    private struct Histogram: Sendable {
        /// Trajectories with staleness 0, 1, 2–3, 4–7, and so on.
        var classes: [Int] = []
        var statistics = RunningStatistics()
        /// Of those, with more than the limit.
        var aboveLimit = 0

        mutating func add(_ staleness: Int, limit: Int?) {
            let index = Int.bitWidth - staleness.leadingZeroBitCount
            while classes.count <= index { classes.append(0) }
            classes[index] += 1
            statistics.add(Double(staleness))
            if let limit, staleness > limit { aboveLimit += 1 }
        }

        /// Nil where there was none.
        var measurement: StalenessMeasurement? {
            statistics.maximum.map { maximum in
                StalenessMeasurement(
                    summary: .init(
                        trajectories: statistics.count, mean: statistics.mean, maximum: maximum, aboveLimit: aboveLimit),
                    classes: classes)
            }
        }
    }

    private let limit: Int?
    private let histogram = Mutex(Histogram())
    private let newest = Atomic<UInt64>(0)

    /// - Parameter limit: versions that a policy may be behind; nil for any.
    init(limit: Int?) {
        self.limit = limit
    }

    /// A version is published.
    func publish(_ version: UInt64) {
        newest.store(version, ordering: .relaxed)
    }

    /// Notes a trajectory.
    /// - Parameter versions: of the policies that chose its actions; 0 for chance.
    /// - Returns: how many versions the oldest of them is behind; nil where all was chance or nothing is published.
    func add(_ versions: [UInt64]) -> Int? {
        let newest = newest.load(ordering: .relaxed)
        guard newest > 0, let oldest = versions.lazy.filter({ $0 > 0 }).min() else { return nil }
        // A learner that went back to a checkpoint has lower versions than actors that are still there.
        let staleness = Int(newest - min(newest, oldest))
        histogram.withLock { $0.add(staleness, limit: limit) }
        return staleness
    }

    /// What came since the last time; nil where nothing did.
    func take() -> StalenessMeasurement? {
        histogram.withLock { histogram in
            defer { histogram = Histogram() }
            return histogram.measurement
        }
    }
}
