import Agents
import Measurements
import Tensors

/// How far an agent that was trained in a group is from the one that was trained on the whole batch.
public struct Likeness {
    /// Of each quantity the relative error ‖got − want‖ / max(‖want‖, 10⁻⁸).
    public private(set) var errors: [(name: String, error: Double)] = []

    /// Diagnostics that are no means over rows: a group's is the mean of what its learners see.
    private static let ofEachLearner: Set<TrainingMetric> = [
        .featureDeviation, .stateDeviation, .maskShare, .movingImageError, .stillImageError,
    ]

    public init() {}

    /// Of one step on equal parameters.
    public mutating func compareGradients(_ got: Agent, _ want: Agent) {
        for name in want.store.trainedNames {
            add("grad.\(name)", got.store.archived(name, .gradient), want.store.archived(name, .gradient))
        }
    }

    /// Parameters, statistics of batch norms and the range of returns.
    public mutating func compareState(_ got: Agent, _ want: Agent) {
        for name in want.store.names { add("value.\(name)", got.store.archived(name), want.store.archived(name)) }
        add("range", [got.returnRange.low, got.returnRange.high], [want.returnRange.low, want.returnRange.high])
    }

    public mutating func compare(_ got: TrainingMetrics, _ want: TrainingMetrics) {
        for (metric, value) in want.all where !Self.ofEachLearner.contains(metric) {
            add(metric.key, [got[metric, default: .nan]], [value])
        }
    }

    private mutating func add(_ name: String, _ got: [Float], _ want: [Float]) {
        var (difference, norm) = (0.0, 0.0)
        for (x, w) in zip(got, want) {
            difference += (Double(x) - Double(w)) * (Double(x) - Double(w))
            norm += Double(w) * Double(w)
        }
        errors.append((name, difference.squareRoot() / max(norm.squareRoot(), 1e-8)))
    }

    /// The largest ones of those that are beyond `tolerance` or no number.
    public func beyond(_ tolerance: Double) -> [String] {
        errors.filter { !($0.error <= tolerance) }.sorted { $0.error > $1.error }.prefix(5).map {
            "\($0.name): \($0.error)"
        }
    }
}
