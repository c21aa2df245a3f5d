import CoreMetrics
import Synchronization

/// What stands behind the metrics of swift-metrics: keeps their newest values, and writes them as Prometheus reads them.
public final class PrometheusRegistry: MetricsFactory {
    /// Series of one name that are kept at most; what comes beyond is counted by nobody, so that names from outside cannot fill memory.
    static let maximumSeries = 1024

    private let families = Mutex<[String: MetricFamily]>([:])
    private let help: [String: String]

    /// - Parameter help: a sentence for each metric, by its name.
    public init(help: [String: String] = [:]) { self.help = help }

    /// All series, in the text format 0.0.4, by name.
    public var text: String {
        families.withLock { $0 }.sorted { $0.key < $1.key }.map { name, family in
            family.text(name: name, help: help[name])
        }.joined()
    }

    // MARK: Factory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        value(label, dimensions, .counter)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        value(label, dimensions, .counter)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions, .gauge)
    }

    /// One that is to be aggregated is a summary of its sum and count.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        value(label, dimensions, aggregate ? .summary : .gauge)
    }

    /// In seconds, as Prometheus wants it.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        value(label, dimensions, .summary)
    }

    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    // MARK: Series

    private func value(_ label: String, _ dimensions: [(String, String)], _ kind: MetricKind) -> MetricValue {
        let name = label.metricName
        let key = dimensions.map { "\($0.0.metricName)=\"\($0.1.escapedForLabel)\"" }.joined(separator: ",")
        return families.withLock { families in
            families[name, default: MetricFamily(kind: kind)].value(key, maximum: Self.maximumSeries) {
                MetricValue(name: name, key: key, kind: kind)
            }
        }
    }

    private func destroy(_ handler: AnyObject) {
        guard let value = handler as? MetricValue else { return }
        families.withLock { families in
            families[value.name]?.values[value.key] = nil
            if families[value.name]?.values.isEmpty == true { families[value.name] = nil }
        }
    }
}

extension String {
    /// With what Prometheus allows in names: letters, digits and underscores, and no digit first.
    fileprivate var metricName: String {
        let allowed = String(map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
        return allowed.first?.isNumber == true ? "_" + allowed : allowed
    }

    fileprivate var escapedForLabel: String {
        replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
