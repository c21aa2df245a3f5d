import ActorService
import Foundation
import LearnerService
import Measurements
import MetricsFile
import Runs
import Settings
import Threads

/// Evaluation of a checkpoint of a run.
package struct Evaluation {
    package let result: Evaluator.Result
    /// Training steps of the policy that played; nil for random play.
    package let trainSteps: Int?
    /// The checkpoint; nil for random play.
    private let checkpoint: URL?
    /// A line for each checkpoint that was passed over.
    package let notices: [String]

    /// Plays the episodes.
    /// - Parameters:
    ///   - seed: of the episodes; that of the configuration by default.
    ///   - policy: how actions are chosen; as the configuration says by default.
    ///   - choice: the checkpoint; the newest by default.
    ///   - python: interpreter of bridged environments; nil looks for one.
    ///   - tell: gets a line about every 10 s while they are played.
    package init(
        _ directory: RunDirectory, _ configuration: Configuration, episodes: Int, seed: UInt64? = nil,
        policy: Evaluator.Choice? = nil, of choice: CheckpointChoice = .newest, python: String?, tell: (String) -> Void
    ) throws {
        let policy = policy ?? .init(configuration.evaluation.policy)
        let checkpoint = policy == .random ? nil : try PolicyCheckpoint(choice, in: directory)
        self.checkpoint = checkpoint?.url
        trainSteps = checkpoint?.trainSteps
        notices = checkpoint?.notices ?? []
        result = try Evaluator(configuration, python: python).run(
            weights: checkpoint.map { ($0.weights, $0.version) }, episodes: episodes,
            seed: seed ?? configuration.evaluation.seed, choice: policy,
            threads: Processors.usable, progress: { tell("evaluating: \($0)") })
    }

    /// Adds the result to the run's metrics, and keeps its checkpoint where it is the best so far.
    /// - Parameter report: told where that does not work.
    package func record(in directory: RunDirectory, report: @escaping @Sendable (String) -> Void) throws {
        let log = try MetricsLog(path: directory.metricsFile.path, report: report)
        let measurement = EvaluationMeasurement(
            policy: result.policy, seed: Int(clamping: result.seed), episodes: result.episodes,
            unfinished: result.unfinished.count, failed: result.failed.count, mean: result.mean,
            standardDeviation: result.standardDeviation,
            trainSteps: trainSteps,
            rates: result.rates)
        log.append(MeasurementRecord(.evaluation(measurement)))
        log.flush()
        guard let checkpoint, let trainSteps, result.mean.isFinite else { return }
        let best = BestCheckpoint(trainSteps: trainSteps, mean: result.mean, episodes: result.episodes)
        _ = try best.keep(checkpoint, in: directory)
    }
}
