import NIOCore

/// Growing pauses between attempts, each drawn at random from its upper half so that many actors do not knock at once.
struct Backoff {
    let first: TimeAmount
    let maximum: TimeAmount
    private var attempts = 0

    init(first: TimeAmount, maximum: TimeAmount) {
        self.first = first
        self.maximum = maximum
    }

    mutating func next(using random: inout some RandomNumberGenerator) -> TimeAmount {
        let doubled = Double(first.nanoseconds) * Double(1 << min(attempts, 30))
        let ceiling = Int64(min(doubled, Double(maximum.nanoseconds)))
        attempts += 1
        return .nanoseconds(.random(in: ceiling / 2...ceiling, using: &random))
    }

    /// An attempt has succeeded.
    mutating func reset() {
        attempts = 0
    }
}
