import Numbers

/// Statistics of few seeds as rliable has them (Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical
/// Precipice").
enum RobustStatistics {
    /// Draws behind an interval.
    private static let draws = 2000
    private static let seed: UInt64 = 2021

    /// The mean without the lowest and the highest quarter, each rounded down to whole values.
    static func interquartileMean(_ values: [Double]) -> Double {
        let cut = values.count / 4
        return mean(Array(values.sorted().dropFirst(cut).dropLast(cut)))
    }

    static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// How often a run of the first is above one of the second, over all pairs; a tie is half a win.
    static func probabilityOfImprovement(_ one: [Double], over other: [Double]) -> Double {
        let wins = one.reduce(0.0) { sum, value in
            sum + other.reduce(0.0) { $0 + (value > $1 ? 1 : value == $1 ? 0.5 : 0) }
        }
        return wins / Double(one.count * other.count)
    }

    /// The middle 95 % of a statistic when the runs of each cell are drawn anew with repetition, the same ones each time that it
    /// is asked. Nil where a cell has fewer than two.
    static func interval(
        _ cells: [[Double]], _ statistic: ([[Double]]) -> Double
    ) -> ClosedRange<Double>? {
        guard cells.allSatisfy({ $0.count > 1 }) else { return nil }
        var random = SplitMix64(seed: seed)
        let values = (0..<draws).map { _ in
            statistic(cells.map { cell in cell.map { _ in cell[random.below(cell.count)] } })
        }.sorted()
        return quantile(values, 0.025)...quantile(values, 0.975)
    }

    /// Of sorted values, between the two that are nearest.
    private static func quantile(_ values: [Double], _ share: Double) -> Double {
        let place = share * Double(values.count - 1)
        let low = Int(place)
        let high = min(low + 1, values.count - 1)
        return values[low] + (values[high] - values[low]) * (place - Double(low))
    }
}
