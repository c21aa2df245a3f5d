import Foundation

/// Maps values to places along one direction of a plot.
struct Axis: Sendable {
    let range: ClosedRange<Double>
    let ticks: [Double]
    let isLogarithmic: Bool

    private init(_ range: ClosedRange<Double>, ticks: [Double], isLogarithmic: Bool = false) {
        self.range = range
        self.ticks = ticks
        self.isLogarithmic = isLogarithmic
    }

    /// From tick to tick around all values.
    init(around values: [Double], count: Int) {
        let ticks = Ticks.around((values.min() ?? 0)...(values.max() ?? 1), count: count)
        self.init(ticks[0]...ticks[ticks.count - 1], ticks: ticks)
    }

    /// From 0 to the highest value.
    init(from0To end: Double, count: Int) {
        let range = 0...(end > 0 ? end : 1)
        self.init(range, ticks: Ticks.around(range, count: count).filter { $0 <= range.upperBound * (1 + 1e-9) })
    }

    /// With a logarithmic scale where all values are positive and lie far apart; else as `init(around:count:)`.
    init(logarithmicAround values: [Double], count: Int) {
        guard let low = values.min(), let high = values.max(), low > 0, high > 100 * low else {
            self.init(around: values, count: count)
            return
        }
        let range = low / 1.25...high * 1.25
        self.init(range, ticks: Ticks.decades(range), isLogarithmic: true)
    }

    /// From 0 at the lower end of the range to 1 at the upper end.
    func place(_ value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        return isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    }
}
