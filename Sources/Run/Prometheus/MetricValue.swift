import CoreMetrics
import Synchronization

/// One series.
final class MetricValue: Sendable {
    let name: String
    /// Labels as they are written: `loss="image"`.
    let key: String
    let kind: MetricKind
    private let state = Mutex((value: 0.0, count: 0))

    init(name: String, key: String, kind: MetricKind) {
        (self.name, self.key, self.kind) = (name, key, kind)
    }

    /// The lines of the text format.
    var text: String {
        let (value, count) = state.withLock { $0 }
        let labels = key.isEmpty ? "" : "{\(key)}"
        guard kind == .summary else { return "\(name)\(labels) \(value.prometheus)\n" }
        return "\(name)_sum\(labels) \(value.prometheus)\n\(name)_count\(labels) \(count)\n"
    }

    private func add(_ amount: Double) {
        state.withLock { $0 = ($0.value + amount, $0.count + 1) }
    }

    private func set(to value: Double) {
        state.withLock { $0.value = value }
    }
}

extension MetricValue: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() { set(to: 0) }
}

extension MetricValue: MeterHandler {
    func set(_ value: Int64) { set(to: Double(value)) }
    func set(_ value: Double) { set(to: value) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
}

extension MetricValue: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { kind == .summary ? add(value) : set(to: value) }
    func recordNanoseconds(_ duration: Int64) { add(Double(duration) * 1e-9) }
}

extension Double {
    /// As the text format writes it.
    fileprivate var prometheus: String {
        if isNaN { return "NaN" }
        return isInfinite ? (self > 0 ? "+Inf" : "-Inf") : "\(self)"
    }
}
