/// What one training step yielded, or the means over several: a number for each `TrainingMetric` that the agent has.
public struct TrainingMetrics: Sendable {
    /// In place, by the metric's number: a training step allocates nothing.
    private var values = InlineArray<32, Float?>(repeating: nil)

    public init() {}

    /// The number, nil where the agent has none because a switch is off.
    public subscript(metric: TrainingMetric) -> Float? {
        get { values[metric.rawValue] }
        set { values[metric.rawValue] = newValue }
    }

    public subscript(metric: TrainingMetric, default missing: Float) -> Float {
        get { self[metric] ?? missing }
        set { self[metric] = newValue }
    }

    /// What is there, in the order of the declaration.
    public var all: [(metric: TrainingMetric, value: Float)] {
        TrainingMetric.allCases.compactMap { metric in self[metric].map { (metric, $0) } }
    }

    /// Takes over what `other` has.
    public mutating func merge(_ other: TrainingMetrics) {
        for index in values.indices { values[index] = other.values[index] ?? values[index] }
    }

    public var isFinite: Bool { values.indices.allSatisfy { values[$0]?.isFinite ?? true } }

    /// The first that is infinite or not a number.
    public var firstNotFinite: (metric: TrainingMetric, value: Float)? { all.first { !$0.value.isFinite } }
}

extension TrainingMetrics: Equatable {
    public static func == (one: TrainingMetrics, other: TrainingMetrics) -> Bool {
        one.values.indices.allSatisfy { one.values[$0] == other.values[$0] }
    }
}
