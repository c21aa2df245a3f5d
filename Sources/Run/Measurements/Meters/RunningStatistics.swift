/// Count, mean, spread and extremes of a series, without keeping it (Welford's algorithm).
public struct RunningStatistics: Sendable, Equatable {
    public private(set) var count = 0
    public private(set) var mean = 0.0
    /// nil before the first value.
    public private(set) var minimum: Double?
    public private(set) var maximum: Double?
    private var squares = 0.0

    public init() {}

    /// Values that are not finite are left out: one of them would spoil all that follow.
    public mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        let difference = value - mean
        mean += difference / Double(count)
        squares += difference * (value - mean)
        minimum = minimum.map { Swift.min($0, value) } ?? value
        maximum = maximum.map { Swift.max($0, value) } ?? value
    }

    /// Of the values themselves (divided by n).
    public var variance: Double { count == 0 ? 0 : squares / Double(count) }
    public var standardDeviation: Double { variance.squareRoot() }
}
