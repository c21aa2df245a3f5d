import Replay
import Telemetry

/// What training steps add up to until the next line of metrics, and what others see of them meanwhile.
struct TrainingLog {
    private let metrics: MetricsLog
    private let status: TrainerStatus
    private var clock: IntervalClock
    private var losses = LossAverages()
    /// Versions between the newest policy and the ones that chose the replayed steps.
    private var staleness = RunningStatistics()
    /// Training steps at the last line.
    private var loggedSteps: Int

    init(_ state: Checkpoint.State, every seconds: Double, metrics: MetricsLog, status: TrainerStatus) {
        self.metrics = metrics
        self.status = status
        clock = IntervalClock(seconds: seconds)
        loggedSteps = state.trainSteps
        status.update {
            $0.trainSteps = state.trainSteps
            $0.skippedSteps = state.skippedSteps ?? 0
            $0.policyVersion = state.policyVersion
        }
    }

    mutating func add(losses values: [(name: String, value: Float)]) {
        losses.add(values)
    }

    /// - Parameter version: the newest policy's.
    mutating func add(replayed versions: PolicyVersions, newest version: UInt64) {
        if versions.newest > 0 { staleness.add(versions.staleness(current: version)) }
    }

    /// A step is done.
    func stepped(_ state: Checkpoint.State) {
        status.update { status in
            status.trainSteps = state.trainSteps
            status.skippedSteps = state.skippedSteps ?? 0
            status.trainRate.add()
        }
    }

    func published(_ version: UInt64) {
        status.update { $0.policyVersion = version }
    }

    mutating func writeWhenDue(_ state: Checkpoint.State, _ replay: ReplayStatistics) {
        if clock.isDue { write(state, replay) }
    }

    /// A line for the steps since the last one; none where there were no steps.
    mutating func write(_ state: Checkpoint.State, _ replay: ReplayStatistics) {
        clock.restart()
        guard state.trainSteps > loggedSteps else { return }
        loggedSteps = state.trainSteps
        let means = losses.take()
        status.update { status in
            guard !means.isEmpty else { return }
            status.losses = means.filter { $0.name.hasPrefix("loss.") }.map {
                ProgressSnapshot.Loss(String($0.name.dropFirst("loss.".count)), $0.value)
            }
        }
        var fields: [String: MetricValue] = [
            "train_steps": .integer(state.trainSteps), "skipped_steps": .integer(state.skippedSteps ?? 0),
            "policy_version": .integer(Int(state.policyVersion)),
            "agent_steps": .integer(replay.counts.inserted),
            "replayed_steps": .integer(replay.counts.sampled),
            "train_steps_per_second": .number(status.snapshot.trainRate.rate()),
        ]
        fields["replayed_staleness"] = staleness.count > 0 ? .number(staleness.mean) : .null
        staleness = RunningStatistics()
        for mean in means { fields[mean.name] = .number(mean.value) }
        metrics.append(kind: "train", fields)
    }
}
