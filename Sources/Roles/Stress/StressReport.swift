import Experience
import Replay
import Telemetry

/// The figures of a stress test. Times are in seconds, sizes in bytes, rates per second.
public struct StressReport: Sendable, Codable {
    public struct Plan: Sendable, Codable {
        public var actors: Int
        public var connections: Int
        public var payload: SyntheticPayload
        public var window: Int
        public var isPrecompressed: Bool
    }

    /// 50th and 99th percentile and maximum.
    public struct Latency: Sendable, Codable {
        public var p50: Double
        public var p99: Double
        public var maximum: Double
    }

    public struct Weights: Sendable, Codable {
        /// Of one copy.
        public var bytes: Int
        /// How often they were encoded for all connections together.
        public var encodings: Int
        public var encodingSeconds: Double
        /// Connections that were open and read nothing meanwhile.
        public var stalled: Int
        /// Until every other connection had them; nil where not all had them in time.
        public var seconds: Double?
    }

    public var plan: Plan
    public var seconds: Double
    /// Trajectories whose acknowledgement had reached their actor within the time.
    public var acknowledged: Int
    public var acknowledgedPerSecond: Double
    /// Of those, before and after compression.
    public var rawBytesPerSecond: Double
    public var wireBytesPerSecond: Double
    /// Processor seconds for 10⁹ raw bytes.
    public var learnerSecondsPerGigabyte: Double
    public var actorSecondsPerGigabyte: Double
    /// From sending to the acknowledgement, as actors see it.
    public var acknowledgement: Latency
    /// From the last byte's arrival at the learner to the commit.
    public var storing: Latency
    public var trajectoriesPerCommit: Double
    public var residentFirst: Int
    /// At most in the second quarter of the time, when caches and buffers have their sizes.
    public var residentWarm: Int
    public var residentMaximum: Int
    public var residentLast: Int
    /// Most compressed bytes that waited for a commit.
    public var queuedMaximum: Int
    /// Sequences of 64 steps sampled and decompressed, while experience came in and after it.
    public var sampledPerSecondBeside: Double?
    public var sampledPerSecondAlone: Double?
    public var weights: Weights?
    public var reconnects: Int
    public var refused: Int
    public var verification: ReceiptCheck
    /// What is wrong with this test; empty where nothing is.
    public var failures: [String] = []
}

extension StressReport {
    /// What an actor process said when it was done.
    public struct ActorResult: Sendable {
        public var processorSeconds: Double
        public var unacknowledged: Int
        public var reconnects: Int
        public var refused: Int

        public init(processorSeconds: Double, unacknowledged: Int, reconnects: Int, refused: Int) {
            self.processorSeconds = processorSeconds
            self.unacknowledged = unacknowledged
            self.reconnects = reconnects
            self.refused = refused
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
        let rawTrajectory =
            SyntheticExperience.steps
            * (SyntheticExperience.image.count + 4 * SyntheticExperience.actionCount + 13)
        let (raw, rawOfAll) = (Double(counted.count * rawTrajectory), Double(max(1, all.count) * rawTrajectory))
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
        verification = try ReceiptCheck(all, database: database)
        failures = problems(plan, all, actors, measurement)
    }

    private func problems(
        _ plan: StressPlan, _ receipts: [StoredReceipt], _ actors: [ActorResult], _ measurement: Measurement
    ) -> [String] {
        var problems: [String] = []
        if !verification.isPassed {
            problems.append("what was acknowledged is not what is stored: \(verification)")
        }
        let served = Set(receipts.map(\.key.actor)).count
        if served < plan.connections {
            problems.append("\(plan.connections - served) of \(plan.connections) connections had nothing acknowledged")
        }
        // Without a capacity, index and cache grow with the replay.
        let most = residentWarm + residentWarm / 10 + (32 << 20)
        if plan.capacity != nil, residentLast > most {
            problems.append("memory grew from \(residentWarm) to \(residentLast) bytes after the first half")
        }
        if refused > 0 { problems.append("\(refused) trajectories were refused") }
        if actors.count < plan.actors {
            problems.append("\(plan.actors - actors.count) actor processes ended without a result")
        }
        let left = actors.reduce(0) { $0 + $1.unacknowledged }
        if left > 0 { problems.append("\(left) trajectories were not acknowledged in the end") }
        if let failure = measurement.samplingFailure { problems.append("sampling failed: \(failure)") }
        if let weights, weights.seconds == nil { problems.append("the weights did not reach every connection") }
        if let weights, weights.stalled < plan.stalled {
            problems.append("only \(weights.stalled) of \(plan.stalled) connections stalled when weights were sent")
        }
        return problems
    }
}

extension StressReport.Latency {
    /// Of single values, exact.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        func percentile(_ fraction: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[max(0, Int((fraction * Double(sorted.count)).rounded(.up)) - 1)]
        }
        self.init(p50: percentile(0.5), p99: percentile(0.99), maximum: sorted.last ?? 0)
    }

    init(_ commits: CommitMeter) {
        self.init(
            p50: commits.wait(0.5) / .seconds(1), p99: commits.wait(0.99) / .seconds(1),
            maximum: commits.longest / .seconds(1))
    }
}

extension StressReport: CustomStringConvertible {
    /// For people, a line for each subject.
    public var description: String {
        let compression = plan.isPrecompressed ? "compressed in advance" : "compressed by actors as they are sent"
        var lines = [
            "\(plan.payload.rawValue), \(plan.connections) connections of \(plan.actors) processes, "
                + "\(plan.window) trajectories each under way, \(compression)",
            "acknowledged   \(text(acknowledgedPerSecond)) trajectories/s (\(acknowledged) in \(text(seconds)) s), "
                + "raw \(text(rawBytesPerSecond / 1e6)) MB/s, wire \(text(wireBytesPerSecond / 1e6)) MB/s",
            "latency        sent to acknowledged \(milliseconds(acknowledgement)); "
                + "arrived to committed \(milliseconds(storing))",
            "commits        \(text(trajectoriesPerCommit)) trajectories each; "
                + "at most \(text(Double(queuedMaximum) / 1e6)) MB waited",
            "processor      learner \(text(learnerSecondsPerGigabyte)) s/GB, actors \(text(actorSecondsPerGigabyte)) s/GB "
                + "of raw bytes",
            "memory         learner \(megabytes(residentFirst)) at first, \(megabytes(residentWarm)) when warm, "
                + "\(megabytes(residentMaximum)) at most, "
                + "\(megabytes(residentLast)) in the end",
        ]
        if let beside = sampledPerSecondBeside {
            let alone = sampledPerSecondAlone.map { ", \(text($0)) sequences/s alone" } ?? ""
            lines.append("sampling       \(text(beside)) sequences/s beside\(alone)")
        }
        if let weights {
            let time = weights.seconds.map { "\(text($0)) s" } ?? "too long"
            lines.append(
                "weights        \(text(Double(weights.bytes) / 1e6)) MB to \(plan.connections) connections in \(time), "
                    + "encoded \(weights.encodings) time(s) in \(text(weights.encodingSeconds)) s"
                    + (weights.stalled > 0 ? ", beside \(weights.stalled) that read nothing" : ""))
        }
        if reconnects > 0 { lines.append("connections    \(reconnects) came again") }
        let v = verification
        lines.append(
            "verification   \(v.acknowledged) acknowledged, \(v.stored) stored: \(v.missing) missing, "
                + "\(v.changed) changed, \(v.storedTwice) twice; \(v.evicted) have left the replay, "
                + "\(v.unacknowledged) stored without a receipt")
        return lines.joined(separator: "\n")
    }

    private func milliseconds(_ latency: Latency) -> String {
        "p50 \(text(1e3 * latency.p50)) ms, p99 \(text(1e3 * latency.p99)) ms, max \(text(1e3 * latency.maximum)) ms"
    }

    private func megabytes(_ bytes: Int) -> String { "\(text(Double(bytes) / 1e6)) MB" }

    private func text(_ number: Double) -> String { NumberText.short(number) }
}
