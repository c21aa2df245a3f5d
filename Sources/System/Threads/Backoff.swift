/// Growing pauses between attempts: each twice as long as the one before, up to a maximum.
package struct Backoff: Sendable {
    private let first: Duration
    private let maximum: Duration
    private var attempts = 0

    package init(first: Duration, maximum: Duration) {
        self.first = first
        self.maximum = maximum
    }

    /// Returns the pause before the next attempt.
    package mutating func next() -> Duration {
        defer { attempts += 1 }
        // Doubled no further than numbers go: years are longer than every maximum.
        return min(maximum, first * (1 << min(attempts, 30)))
    }

    /// Returns a pause drawn from the upper half of what it would be, so that many do not knock at once.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        next() * Double.random(in: 0.5...1, using: &random)
    }

    /// Notes that an attempt has succeeded.
    package mutating func reset() {
        attempts = 0
    }
}
