import ActorService
import Numbers
import Replay

extension StressReport {
    /// What an actor process said when it was done.
    public struct ActorResult: Sendable {
        public var processorSeconds: Double
        public var unacknowledged: Int
        public var reconnects: Int
        public var refused: Int
        /// Bytes of the dashboard's events that it has read.
        public var dashboardBytes: Int

        public init(
            processorSeconds: Double, unacknowledged: Int, reconnects: Int, refused: Int, dashboardBytes: Int = 0
        ) {
            self.processorSeconds = processorSeconds
            self.unacknowledged = unacknowledged
            self.reconnects = reconnects
            self.refused = refused
            self.dashboardBytes = dashboardBytes
        }
    }

    /// Puts the figures together and verifies the storage.
    /// - Parameters:
    ///   - actors: what the actor processes said.
    ///   - receipts: paths of the files that they wrote.
    ///   - database: path of the replay, closed.
    public init(
        _ plan: StressPlan, _ measurement: Measurement, actors: [ActorResult], receipts: [String], database: String,
        sampledAlone: Double?, weights: Weights?
    ) throws {
        let all = try receipts.flatMap { try ReceiptFile.read($0) }
        let counted = all.filter { $0.time >= measurement.start && $0.time <= measurement.end }
        let seconds = measurement.end - measurement.start
        let trajectory = SyntheticExperience.trajectoryBytes
        let (raw, rawOfAll) = (Double(counted.count * trajectory), Double(max(1, all.count) * trajectory))
        self.plan = Plan(
            actors: plan.actors, connections: measurement.connections, payload: plan.payload, window: plan.window,
            isPrecompressed: plan.isPrecompressed)
        self.seconds = seconds
        acknowledged = counted.count
        acknowledgedPerSecond = Double(counted.count) / seconds
        rawBytesPerSecond = raw / seconds
        wireBytesPerSecond = Double(counted.reduce(0) { $0 + $1.bytes }) / seconds
        learnerSecondsPerGigabyte = measurement.processorSeconds / max(1, raw) * 1e9
        // Actors hand over what is left after the time, too; their processor time includes it.
        actorSecondsPerGigabyte = actors.reduce(0) { $0 + $1.processorSeconds } / rawOfAll * 1e9
        acknowledgement = Latency(counted.map(\.latency))
        storing = Latency(measurement.commits)
        trajectoriesPerCommit = Double(measurement.commits.trajectories) / Double(max(1, measurement.commits.commits))
        residentFirst = measurement.residentBytes.first ?? 0
        let quarter = measurement.residentBytes.count / 4
        residentWarm = measurement.residentBytes[quarter..<max(quarter, 2 * quarter)].max() ?? residentFirst
        residentMaximum = measurement.residentBytes.max() ?? 0
        residentLast = measurement.residentBytes.last ?? 0
        queuedMaximum = measurement.queuedBytes
        sampledPerSecondBeside = measurement.sampledBeside
        sampledPerSecondAlone = sampledAlone
        self.weights = weights
        reconnects = actors.reduce(0) { $0 + $1.reconnects }
        refused = actors.reduce(0) { $0 + $1.refused }
        dashboardBytes = plan.showsDashboard ? actors.reduce(0) { $0 + $1.dashboardBytes } : nil
        verification = try ReceiptCheck(all, database: database)
        failures = problems(plan, all, actors, measurement)
    }
}

extension StressReport.Latency {
    /// Of single times in seconds, percentiles to one in a thousand.
    init(_ times: [Double]) {
        var microseconds = Histogram(precision: 10)
        for time in times { microseconds.add(max(0, Int(1e6 * time))) }
        self.init(
            p50: Double(microseconds.quantile(0.5)) / 1e6, p99: Double(microseconds.quantile(0.99)) / 1e6,
            maximum: Double(microseconds.maximum) / 1e6)
    }

    init(_ commits: CommitMeter) {
        self.init(
            p50: commits.wait(0.5) / .seconds(1), p99: commits.wait(0.99) / .seconds(1),
            maximum: commits.longest / .seconds(1))
    }
}
