/// A wait that is told of every ten seconds.
struct LongWait {
    private static let interval = 10
    private let since = ContinuousClock.now
    private var told = 0

    /// - Returns: the seconds of it so far, where they have not been told yet.
    mutating func report() -> Int? {
        let intervals = Int((ContinuousClock.now - since) / .seconds(Self.interval))
        guard intervals > told else { return nil }
        told = intervals
        return intervals * Self.interval
    }
}
