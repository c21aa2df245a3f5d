import Files
import Measurements
import Prometheus
import Threads

/// The dashboard of a learner: a sink of the run's measurements, and the server that shows them.
public struct LearnerDashboard: Sendable {
    public let server: DashboardServer

    /// - Parameters:
    ///   - name: of the run.
    ///   - metricsFile: what the run has measured before, where it is resumed.
    ///   - pictures: folder of its pictures.
    ///   - actorSeries: whether `/metrics` has series for each actor.
    public init(
        _ options: DashboardServer.Options, name: String, metricsFile: String, pictures: String, actorSeries: Bool,
        measurements: MeasurementHub
    ) {
        let past = (try? OpenFile(metricsFile, for: .reading).count) ?? 0
        let run = ShownRun(name: name, pictures: pictures, hasPast: past > 0)
        let prometheus = PrometheusSink(actorSeries: actorSeries)
        if past > 0 { Self.readPast(of: run, metricsFile, bytes: past) }
        measurements.subscribe { record in
            run.take(record)
            prometheus.take(record)
        }
        server = DashboardServer(options, runs: RunList([run], isLive: true), metrics: { prometheus.text })
    }

    /// On a thread of its own, which makes way for all others.
    private static func readPast(of run: ShownRun, _ path: String, bytes: Int) {
        ServiceThread.start("past") {
            ServiceThread.makeWay()
            run.precede { take in
                var file = LineReader(path)
                file.readLines(upTo: bytes, take)
            }
        }
    }
}
