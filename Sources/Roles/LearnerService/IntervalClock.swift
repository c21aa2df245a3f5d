/// Tells when something that is done now and then is due again.
struct IntervalClock {
    let interval: Duration
    private var last = ContinuousClock.now

    init(seconds: Double) {
        interval = .seconds(seconds)
    }

    var isDue: Bool { ContinuousClock.now - last >= interval }

    /// It is being done now.
    mutating func restart() {
        last = .now
    }
}
