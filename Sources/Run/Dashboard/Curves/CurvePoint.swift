/// A point of a curve, which stands for one sample or more.
struct CurvePoint: Sendable, Equatable {
    /// Agent steps of the run, of one without actors its training steps, and minutes for which it had worked.
    var steps: Double, minutes: Double
    /// How many samples it stands for.
    var weight = 1
    /// Mean of the samples, and their range.
    var value: Double, low: Double, high: Double

    init(steps: Double, minutes: Double, value: Double) {
        (self.steps, self.minutes) = (steps, minutes)
        (self.value, low, high) = (value, value, value)
    }

    /// One point for the samples of both.
    func merged(with other: CurvePoint) -> CurvePoint {
        let share = Double(other.weight) / Double(weight + other.weight)
        var merged = self
        merged.weight += other.weight
        merged.steps += (other.steps - steps) * share
        merged.minutes += (other.minutes - minutes) * share
        merged.value += (other.value - value) * share
        merged.low = min(low, other.low)
        merged.high = max(high, other.high)
        return merged
    }
}
