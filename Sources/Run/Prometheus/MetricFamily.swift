/// How Prometheus reads a metric.
enum MetricKind: String, Sendable {
    case counter, gauge, summary
}

/// All series of one name.
struct MetricFamily: Sendable {
    let kind: MetricKind
    /// By labels, as they are written.
    var values: [String: MetricValue] = [:]

    /// The series with these labels; where there are as many as are kept, one that is not.
    mutating func value(_ key: String, maximum: Int, _ make: () -> MetricValue) -> MetricValue {
        if let value = values[key] { return value }
        let value = make()
        if values.count < maximum { values[key] = value }
        return value
    }

    func text(name: String, help: String?) -> String {
        let head = (help.map { "# HELP \(name) \($0)\n" } ?? "") + "# TYPE \(name) \(kind.rawValue)\n"
        return head + values.sorted { $0.key < $1.key }.map { $1.text }.joined()
    }
}
