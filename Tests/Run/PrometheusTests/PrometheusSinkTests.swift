import CoreMetrics
import Foundation
import Measurements
import TestSupport
import Testing

@testable import Prometheus

@Suite struct PrometheusSinkTests {
    private func take(_ measurements: [RunMeasurement], into sink: PrometheusSink) {
        for measurement in measurements { sink.take(MeasurementRecord(measurement)) }
    }

    private func actor(_ name: String, connected: Bool = true, failures: UInt64 = 0, restarts: Int = 0)
        -> RunMeasurement
    {
        .actor(
            ActorMeasurement(
                actor: name, connected: connected, environmentSteps: 5, stepsPerSecond: 2, policyVersion: 3,
                newestVersion: 5, failures: failures,
                link: .init(restarts: restarts, creditBytes: 10, latencySeconds: 0.25)))
    }

    private func progress(_ agentSteps: Int) -> RunMeasurement {
        let state = TrainingState(
            trainSteps: 7, skippedSteps: 0, trainStepsPerSecond: 1, policyVersion: 5, agentSteps: agentSteps,
            replayedSteps: 9)
        return .progress(
            ProgressMeasurement(
                training: state,
                pace: .init(agentStepsPerSecond: 2, elapsedSeconds: 3, secondsLeft: nil, waiting: "training waits")))
    }

    @Test func numbersStandUnderTheirNames() {
        let sink = PrometheusSink()
        take([actor("a"), actor("b"), progress(100)], into: sink)
        let lines = sink.text.split(separator: "\n").map(String.init)
        for line in [
            "# TYPE dreamer_agent_steps_total counter", "dreamer_agent_steps_total 100.0",
            "# TYPE dreamer_actors_connected gauge", "dreamer_actors_connected 2.0",
            "dreamer_actors_steps_per_second 4.0", "dreamer_actors_staleness_versions 2.0",
            "dreamer_actors_latency_seconds 0.25", "dreamer_seconds_left NaN", "dreamer_waiting 1.0",
        ] { #expect(lines.contains(line), "\(line)") }
    }

    /// A learner that went back to a checkpoint counts on from where it was.
    @Test func countersNeverFall() {
        let sink = PrometheusSink()
        take([progress(100), progress(80), progress(90)], into: sink)
        #expect(sink.text.contains("\ndreamer_agent_steps_total 100.0\n"))
        take([progress(130)], into: sink)
        #expect(sink.text.contains("\ndreamer_agent_steps_total 130.0\n"))
    }

    @Test func failuresOfActorsThatCameBackAreCountedOnce() {
        let sink = PrometheusSink()
        take(
            [
                actor("a", failures: 2), actor("a", failures: 3), actor("a", connected: false, failures: 3),
                actor("a", failures: 3, restarts: 1), actor("a", failures: 1, restarts: 2), progress(1),
            ], into: sink)
        #expect(sink.text.contains("\ndreamer_actor_failures_total 4.0\n"))
        #expect(sink.text.contains("\ndreamer_actor_restarts_total 2.0\n"))
    }

    @Test func aThousandActorsAreNoMoreSeriesThanOne() {
        let (few, many) = (PrometheusSink(), PrometheusSink())
        take([actor("a"), progress(1)], into: few)
        take((0..<1000).map { actor("actor-\($0)") } + [progress(1)], into: many)
        #expect(few.text.split(separator: "\n").count == many.text.split(separator: "\n").count)
    }

    @Test func actorsHaveSeriesWhereTheyAreWanted() {
        let sink = PrometheusSink(actorSeries: true)
        take([actor("a\"\\\nb"), actor("c")], into: sink)
        #expect(sink.text.contains("dreamer_actor_credit_bytes{actor=\"a\\\"\\\\\\nb\"} 10.0\n"))
        #expect(sink.text.contains("dreamer_actor_latency_seconds{actor=\"c\"} 0.25\n"))
        take([actor("c", connected: false)], into: sink)
        #expect(!sink.text.contains("actor=\"c\""))
        take((0..<3000).map { actor("actor-\($0)") }, into: sink)
        let series = sink.text.split(separator: "\n").filter { $0.hasPrefix("dreamer_actor_credit_bytes{") }
        #expect(series.count == PrometheusRegistry.maximumSeries)
    }

    /// The other kinds of swift-metrics, for whoever measures something else.
    @Test func summariesHaveSumAndCount() {
        let registry = PrometheusRegistry(help: ["wait_seconds": "How long."])
        let timer = CoreMetrics.Timer(label: "wait_seconds", dimensions: [("side", "a")], factory: registry)
        timer.recordNanoseconds(1_500_000_000)
        timer.recordNanoseconds(500_000_000)
        let text = """
            # HELP wait_seconds How long.
            # TYPE wait_seconds summary
            wait_seconds_sum{side="a"} 2.0
            wait_seconds_count{side="a"} 2

            """
        #expect(registry.text == text)
        timer.destroy()
        #expect(registry.text.isEmpty)
    }

    @Test func everyMetricIsDocumented() throws {
        let page = try Repository.text("docs/dashboard.md")
        for (name, help) in MetricNames.help { #expect(page.contains("| `\(name)"), "\(name): \(help)") }
        let grafana = try Repository.text("cluster/grafana/dreamer.json")
        let shown = Set(grafana.matches(of: /(dreamer|process)_[a-z_]+/).map { String($0.output.0) })
        #expect(
            shown.count > 10 && shown.isSubset(of: MetricNames.help.keys), "\(shown.subtracting(MetricNames.help.keys))"
        )
    }
}
