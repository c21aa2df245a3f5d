import CoreMetrics
import Measurements

/// The actors that are connected, as metrics know them.
struct ActorFleet: Sendable {
    /// What all connected actors come to.
    struct Summary {
        var connected = 0
        var stepsPerSecond = 0.0
        /// Of the most stale; nil where all play by chance.
        var staleness: Double?
        /// The longest; nil where none is known.
        var latency: Double?
        var failures = 0.0, restarts = 0.0
    }

    /// Names that are remembered of actors that have left.
    private static let maximumGone = 1024

    /// Whether each actor has series of its own.
    let hasSeries: Bool
    private var connected: [String: ActorMeasurement] = [:]
    /// What each actor had counted when it was last heard of.
    private var counted: [String: (failures: UInt64, restarts: Int)] = [:]
    private var failures = 0.0, restarts = 0.0

    init(hasSeries: Bool) { self.hasSeries = hasSeries }

    mutating func take(_ actor: ActorMeasurement, in registry: PrometheusRegistry) {
        count(actor)
        connected[actor.actor] = actor.connected ? actor : nil
        guard hasSeries else { return }
        if actor.connected { record(actor, in: registry) } else { remove(actor, from: registry) }
    }

    /// Adds what is new. One that was started again counts its failures from zero.
    private mutating func count(_ actor: ActorMeasurement) {
        let (before, now) = (counted[actor.actor], (failures: actor.failures ?? 0, restarts: actor.link.restarts ?? 0))
        let known = before?.failures ?? 0
        failures += Double(now.failures >= known ? now.failures - known : now.failures)
        restarts += Double(max(0, now.restarts - (before?.restarts ?? 0)))
        counted[actor.actor] = now
        guard counted.count > connected.count + Self.maximumGone else { return }
        counted = counted.filter { connected[$0.key] != nil }
    }

    var summary: Summary {
        var summary = Summary(failures: failures, restarts: restarts)
        for actor in connected.values {
            summary.connected += 1
            summary.stepsPerSecond += actor.stepsPerSecond
            summary.staleness = Self.higher(summary.staleness, actor.staleness)
            summary.latency = Self.higher(summary.latency, actor.link.latencySeconds)
        }
        return summary
    }

    private static func higher(_ one: Double?, _ other: Double?) -> Double? {
        [one, other].compactMap { $0 }.max()
    }

    private func gauges(of actor: ActorMeasurement) -> [(name: String, value: Double?)] {
        [
            ("dreamer_actor_steps_per_second", actor.stepsPerSecond),
            ("dreamer_actor_staleness_versions", actor.staleness),
            ("dreamer_actor_latency_seconds", actor.link.latencySeconds),
            ("dreamer_actor_credit_bytes", actor.link.creditBytes.map(Double.init)),
        ]
    }

    private func record(_ actor: ActorMeasurement, in registry: PrometheusRegistry) {
        for case (let name, let value?) in gauges(of: actor) {
            Gauge(label: name, dimensions: [("actor", actor.actor)], factory: registry).record(value)
        }
    }

    private func remove(_ actor: ActorMeasurement, from registry: PrometheusRegistry) {
        for (name, _) in gauges(of: actor) {
            Gauge(label: name, dimensions: [("actor", actor.actor)], factory: registry).destroy()
        }
    }
}
