/// What an evaluation's returns come to.
public struct ReturnStatistics: Sendable, Equatable {
    public let mean: Double
    /// Dividing by the number of returns.
    public let standardDeviation: Double

    /// - Parameter returns: at least one.
    public init(_ returns: [Double]) {
        precondition(!returns.isEmpty, "an evaluation without episodes")
        let count = Double(returns.count)
        let mean = returns.reduce(0, +) / count
        self.mean = mean
        standardDeviation = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    }
}
