/// Means of what training steps yielded since the last report.
public struct TrainingMeans: Sendable {
    private struct Sum {
        var total = 0.0
        var count = 0
    }

    private var sums: [TrainingMetric: Sum] = [:]

    public init() {}

    /// What a step did not yield does not count for it.
    public mutating func add(_ metrics: TrainingMetrics) {
        for (metric, value) in metrics.all {
            sums[metric, default: Sum()].total += Double(value)
            sums[metric]?.count += 1
        }
    }

    /// The means, of which there are none where there was no step, and a fresh start.
    public mutating func take() -> TrainingMetrics {
        var means = TrainingMetrics()
        for (metric, sum) in sums { means[metric] = Float(sum.total / Double(sum.count)) }
        self = TrainingMeans()
        return means
    }
}
