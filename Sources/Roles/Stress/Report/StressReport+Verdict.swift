import ActorService
import Experience

extension StressReport {
    /// Returns what is wrong with the test, a sentence each.
    func problems(
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
        if dashboardBytes == 0 { problems.append("the dashboard told its reader nothing") }
        if let weights, weights.seconds == nil { problems.append("the weights did not reach every connection") }
        if let weights, weights.stalled < plan.stalled {
            problems.append("only \(weights.stalled) of \(plan.stalled) connections stalled when weights were sent")
        }
        return problems
    }
}
