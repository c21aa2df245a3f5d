import Threads

/// Decides when a child that died is started again: after growing pauses, until dying has become a habit.
struct RestartPolicy {
    /// Deaths in a row that are put up with.
    static let tolerableDeaths = 5
    /// A child that lived this long has its earlier deaths forgotten.
    static let quietTime = Duration.seconds(600)

    private var deaths = 0
    private var last: ContinuousClock.Instant?
    private var backoff = Backoff(first: .seconds(1), maximum: .seconds(16))

    /// Notes a death.
    /// - Returns: the pause before the next start; nil where there is to be none.
    mutating func died(at now: ContinuousClock.Instant) -> Duration? {
        if let last, now - last > Self.quietTime {
            deaths = 0
            backoff.reset()
        }
        last = now
        deaths += 1
        return deaths <= Self.tolerableDeaths ? backoff.next() : nil
    }
}
