import Measurements
import Replay
import WorldModels

/// What training steps add up to until the next measurement, and what others see of them meanwhile.
struct TrainingLog {
    private let measurements: MeasurementHub
    private let status: TrainerStatus
    private var clock: IntervalClock
    private var means = TrainingMeans()
    private var times = StepTimes()
    /// Steps whose times are in there.
    private var timedSteps = 0
    /// Versions between the newest policy and the ones that chose the replayed steps.
    private var staleness = RunningStatistics()
    /// Training steps at the last measurement.
    private var measuredSteps: Int

    init(_ state: Checkpoint.State, every seconds: Double, measurements: MeasurementHub, status: TrainerStatus) {
        self.measurements = measurements
        self.status = status
        clock = IntervalClock(seconds: seconds)
        measuredSteps = state.trainSteps
        status.update {
            $0.trainSteps = state.trainSteps
            $0.skippedSteps = state.skippedSteps ?? 0
            $0.policyVersion = state.policyVersion
        }
    }

    /// Publishes what there is to be predicted of the task's observations.
    func publish(_ budget: ErrorBudget) {
        measurements.publish(
            .budget(
                BudgetMeasurement(
                    image: budget.image, movingShare: budget.movingShare, maskShare: budget.maskShare,
                    vector: budget.vector)))
    }

    mutating func add(_ metrics: TrainingMetrics) {
        means.add(metrics)
    }

    /// What a step took.
    mutating func add(_ times: StepTimes) {
        self.times.add(times)
        timedSteps += 1
    }

    private mutating func takeTimes() -> StepTimes {
        defer { (times, timedSteps) = (StepTimes(), 0) }
        return times.divided(by: max(1, timedSteps))
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

    mutating func publishWhenDue(_ replay: ReplayStatistics) {
        if clock.isDue { publish(replay) }
    }

    /// Publishes a measurement of the steps since the last one; none where there were no steps.
    mutating func publish(_ replay: ReplayStatistics) {
        clock.restart()
        let state = status.snapshot.measurement(replay.counts)
        guard state.trainSteps > measuredSteps else { return }
        measuredSteps = state.trainSteps
        measurements.publish(
            .training(
                TrainingMeasurement(
                    state: state, replayedStaleness: staleness.count > 0 ? staleness.mean : nil, metrics: means.take(),
                    times: takeTimes())))
        staleness = RunningStatistics()
    }
}
