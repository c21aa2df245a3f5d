/// Means of what training steps yielded since the last report.
public struct TrainingMeans: Sendable {
    private var sums: [TrainingMetric: Double] = [:]
    private var count = 0

    public init() {}

    public mutating func add(_ metrics: TrainingMetrics) {
        for (metric, value) in metrics.all { sums[metric, default: 0] += Double(value) }
        count += 1
    }

    /// The means, of which there are none where there was no step, and a fresh start.
    public mutating func take() -> TrainingMetrics {
        var means = TrainingMetrics()
        for (metric, sum) in sums { means[metric] = Float(sum / Double(count)) }
        self = TrainingMeans()
        return means
    }
}
