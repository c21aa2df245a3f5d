import ActorService
import Foundation
import LearnerService
import Measurements
import MetricsFile
import Runs
import Settings
import Threads

/// Evaluation of a run's newest checkpoint.
package struct Evaluation {
    package let result: Evaluator.Result
    /// Training steps of the policy that played; nil for random play.
    package let trainSteps: Int?
    /// A line for each checkpoint that was passed over.
    package let notices: [String]

    /// Plays the episodes.
    /// - Parameters:
    ///   - seed: of the episodes; that of the configuration by default.
    ///   - policy: how actions are chosen; as the configuration says by default.
    ///   - python: interpreter of bridged environments; nil looks for one.
    ///   - tell: gets a line about every 10 s while they are played.
    package init(
        _ directory: RunDirectory, _ configuration: Configuration, episodes: Int, seed: UInt64? = nil,
        policy: Evaluator.Choice? = nil, python: String?, tell: (String) -> Void
    ) throws {
        let choice = policy ?? .init(configuration.evaluation.policy)
        let checkpoint = choice == .random ? nil : try PolicyCheckpoint(newestIn: directory)
        trainSteps = checkpoint?.trainSteps
        notices = checkpoint?.notices ?? []
        result = try Evaluator(configuration, python: python).run(
            weights: checkpoint.map { ($0.weights, $0.version) }, episodes: episodes,
            seed: seed ?? configuration.evaluation.seed, choice: choice,
            threads: Processors.usable, progress: { tell("evaluating: \($0)") })
    }

    /// Adds the result to the run's metrics.
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
    }
}
