import Measurements

/// One measurement of each kind, with all that it can say.
let oneOfEachKind: [RunMeasurement] = [
    .start(
        StartMeasurement(
            environment: "gym/a:b", agent: "dreamerv3", targetSteps: 100, actionRepeat: 4, actors: 2,
            targetTrainSteps: 50)),
    .progress(
        ProgressMeasurement(
            training: state,
            pace: .init(agentStepsPerSecond: 1.5, elapsedSeconds: 2, secondsLeft: 3.25, waiting: "for \"it\""))),
    .training(
        TrainingMeasurement(
            state: state, replayedStaleness: 1.5, metrics: metrics([.modelLoss: 0.1, .stateDeviation: 3]))),
    .replay(
        ReplayMeasurement(
            agentSteps: 7, storedSteps: 6, trajectories: 5, bytes: 1 << 40, replayedSteps: 4, replayRatio: 3.5,
            replayRatioConfigured: 2, damagedTrajectories: 0)),
    .actor(
        ActorMeasurement(
            actor: "a", connected: true, environmentSteps: 1, stepsPerSecond: 2.5, policyVersion: 3, newestVersion: 4)),
    .episode(
        EpisodeMeasurement(
            actor: "a", environment: 1, episodeReturn: -0.5, length: 2, policyVersion: 3, agentSteps: 4)),
    .staleness(
        StalenessMeasurement(
            summary: .init(trajectories: 4, mean: 2.5, maximum: 7, aboveLimit: 1), classes: [1, 0, 2, 1])),
    .evaluation(
        EvaluationMeasurement(
            policy: "mode", seed: 1000, episodes: 10, unfinished: 1, failed: 2, mean: 0.25, standardDeviation: 0.5,
            trainSteps: 99)),
    .evaluator(
        EvaluatorMeasurement(
            policy: "sample", seed: 1000, episodes: 10, unfinished: 0, mean: 0.25, standardDeviation: 0.5,
            meanLength: 9,
            policyVersion: 12, trainSteps: 99, agentSteps: 1024)),
    .process(ProcessMeasurement(residentBytes: 1, processorSeconds: 2.5, threads: 3, descriptors: 4)),
    .picture(
        PictureMeasurement(
            picture: "openloop", png: "pictures/a.png", gif: "pictures/a.gif", trainSteps: 12, agentSteps: 4,
            inside: 0.5, outside: 0.25, frozen: 0.75, invented: 0.125)),
    .heldOut(
        HeldOutMeasurement(
            trainSteps: 12, agentSteps: 4, steps: 2048, losses: metrics([.modelLoss: 0.5, .imageLoss: 0.25]))),
    .budget(BudgetMeasurement(image: 99.5, movingShare: 0.25, maskShare: 0.125, vector: nil)),
]

let state = TrainingState(
    trainSteps: 12, skippedSteps: 1, trainStepsPerSecond: 2.5, policyVersion: 3, agentSteps: 4, replayedSteps: 5)

func metrics(_ values: [TrainingMetric: Float]) -> TrainingMetrics {
    var metrics = TrainingMetrics()
    for (metric, value) in values { metrics[metric] = value }
    return metrics
}
