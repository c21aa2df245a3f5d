/// How fast an actor plays while its learner is away: as fast as the learner has let it play. What it plays then is old when it arrives;
/// a fast task would otherwise bring hundreds of times the experience of a minute, all of one old policy.
struct AwayPace {
    private static let window = Duration.seconds(1)

    /// Steps per second with a learner; nil before anything was measured.
    private var speed: Double?
    private var since: ContinuousClock.Instant
    private var steps = 0
    /// Since when there is no learner.
    private var left: ContinuousClock.Instant?
    private var stepsAway = 0

    init(now: ContinuousClock.Instant = .now) {
        since = now
    }

    /// Steps were made.
    /// - Returns: when the next ones may be; nil for at once.
    mutating func add(
        _ count: Int, isConnected: Bool, now: ContinuousClock.Instant = .now
    ) -> ContinuousClock.Instant? {
        isConnected ? here(count, now) : away(count, now)
    }

    private mutating func here(_ count: Int, _ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        // What was played without a learner is no measure.
        if left != nil { (left, stepsAway, steps, since) = (nil, 0, 0, now) }
        steps += count
        let elapsed = now - since
        guard elapsed >= Self.window else { return nil }
        let measured = Double(steps) / (elapsed / .seconds(1))
        speed = speed.map { 0.8 * $0 + 0.2 * measured } ?? measured
        (steps, since) = (0, now)
        return nil
    }

    private mutating func away(_ count: Int, _ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let left = left ?? now
        self.left = left
        stepsAway += count
        guard let speed, speed > 0 else { return nil }
        return left + .seconds(Double(stepsAway) / speed)
    }
}
