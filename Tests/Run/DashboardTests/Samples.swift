import Dashboard
import Foundation
import Measurements

enum Samples {
    static func record(_ measurement: RunMeasurement, at time: Double = 1000) -> MeasurementRecord {
        MeasurementRecord(measurement, at: Date(timeIntervalSince1970: time))
    }

    static let start = RunMeasurement.start(
        StartMeasurement(environment: "catch", agent: "dreamerv3", targetSteps: 1000, actionRepeat: 1, actors: 2))

    static func progress(_ agentSteps: Int, waiting: String? = nil) -> RunMeasurement {
        .progress(
            ProgressMeasurement(
                training: state(agentSteps),
                pace: .init(agentStepsPerSecond: 20, elapsedSeconds: 60, secondsLeft: 90, waiting: waiting)))
    }

    static func training(_ agentSteps: Int, loss: Float) -> RunMeasurement {
        var metrics = TrainingMetrics()
        metrics[.imageLoss] = loss
        metrics[.rewardLoss] = loss / 10
        return .training(
            TrainingMeasurement(
                state: state(agentSteps), replayedStaleness: 1.5, metrics: metrics,
                times: StepTimes([.encoders: 0.01, .backward: 0.03])))
    }

    static func replay(_ agentSteps: Int, stored: Int) -> RunMeasurement {
        .replay(
            ReplayMeasurement(
                agentSteps: agentSteps, storedSteps: stored, trajectories: stored / 64, bytes: stored * 100,
                replayedSteps: 5, replayRatio: 31.5, replayRatioConfigured: 32, damagedTrajectories: 0,
                samplerWaitedSeconds: 3, actorsWaitedSeconds: 12))
    }

    static func actor(_ name: String, connected: Bool = true, end: String? = nil) -> RunMeasurement {
        .actor(
            ActorMeasurement(
                actor: name, connected: connected, environmentSteps: 100, stepsPerSecond: 12.5, policyVersion: 3,
                newestVersion: 5, failures: 1,
                link: .init(restarts: 2, creditBytes: 1 << 20, latencySeconds: 0.002, lastEnd: end)))
    }

    static func episode(_ agentSteps: Int, _ episodeReturn: Double) -> RunMeasurement {
        .episode(
            EpisodeMeasurement(
                actor: "a", environment: 0, episodeReturn: episodeReturn, length: 9, policyVersion: 3,
                agentSteps: agentSteps))
    }

    private static func state(_ agentSteps: Int) -> TrainingState {
        TrainingState(
            trainSteps: agentSteps / 4, skippedSteps: 0, trainStepsPerSecond: 2.5, policyVersion: 5,
            agentSteps: agentSteps, replayedSteps: 5)
    }
}
