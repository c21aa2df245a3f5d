import Display

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
        if let dashboardBytes {
            lines.append("dashboard      \(text(Double(dashboardBytes) / 1e6)) MB of events to one reader")
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
