/// Adds up for how long something was the case.
struct WaitMeter: Sendable {
    private var total = Duration.zero
    private var since: ContinuousClock.Instant?

    mutating func set(_ isWaiting: Bool, at now: ContinuousClock.Instant = .now) {
        guard isWaiting != (since != nil) else { return }
        if let since { total += now - since }
        since = isWaiting ? now : nil
    }

    /// So far, a wait that goes on included.
    func seconds(at now: ContinuousClock.Instant = .now) -> Double {
        (total + (since.map { now - $0 } ?? .zero)) / .seconds(1)
    }
}
