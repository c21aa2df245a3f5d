import Measurements

/// A run in its middle, as measurements say it.
let middle: [RunMeasurement] =
    [
        .start(
            StartMeasurement(
                environment: "catch", agent: "dymodreamer · nano", targetSteps: 100_000, actionRepeat: 4, actors: 2)),
        .replay(
            ReplayMeasurement(
                agentSteps: 12_500, storedSteps: 12_000, trajectories: 200, bytes: 1_000_000, replayedSteps: 1_000_000,
                replayRatio: 79.96, replayRatioConfigured: 80, damagedTrajectories: 0)),
        actor("actor-0", connected: true, version: 296), actor("actor-1", connected: false, version: 1),
        actor("actor-2", connected: true, version: 0), training([.imageLoss: 123.4, .rewardLoss: 0.0123, .entropy: 1]),
    ] + (0..<456).map { episode($0 < 356 ? -1 : 0.8512) } + [progress(12_500, skipped: 0)]

func actor(_ name: String, connected: Bool, version: UInt64) -> RunMeasurement {
    .actor(
        ActorMeasurement(
            actor: name, connected: connected, environmentSteps: 100, stepsPerSecond: 100, policyVersion: version,
            newestVersion: 300))
}

func episode(_ value: Double) -> RunMeasurement {
    .episode(
        EpisodeMeasurement(
            actor: "actor-0", environment: 0, episodeReturn: value, length: 9, policyVersion: 1, agentSteps: 1))
}

func training(_ values: [TrainingMetric: Float]) -> RunMeasurement {
    var metrics = TrainingMetrics()
    for (metric, value) in values { metrics[metric] = value }
    return .training(TrainingMeasurement(state: state(1, skipped: 0), replayedStaleness: nil, metrics: metrics))
}

func progress(_ agentSteps: Int, skipped: Int = 0) -> RunMeasurement {
    .progress(
        ProgressMeasurement(
            training: state(agentSteps, skipped: skipped),
            pace: .init(
                agentStepsPerSecond: 231.4, elapsedSeconds: 754, secondsLeft: 3730,
                waiting: "the learner waits for\nexperience")))
}

/// Before anything has happened.
let beginning = RunMeasurement.progress(
    ProgressMeasurement(
        training: state(0, skipped: 0),
        pace: .init(agentStepsPerSecond: 0, elapsedSeconds: 0, secondsLeft: nil, waiting: nil)))

private func state(_ agentSteps: Int, skipped: Int) -> TrainingState {
    TrainingState(
        trainSteps: 3001, skippedSteps: skipped, trainStepsPerSecond: 12.34, policyVersion: 300, agentSteps: agentSteps,
        replayedSteps: 1_000_000)
}
