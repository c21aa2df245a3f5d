import ActorService
import ArgumentParser
import Diagnostics
import Foundation
import LearnerService
import Measurements
import MetricsFile
import Runs
import Settings

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Play episodes with the newest checkpoint of a run, with fixed seeds.")

    @Option(help: "Directory of the run.")
    var logdir: String

    @Option(help: "Number of episodes; the run's configuration says how many by default.")
    var episodes: Int?

    @Option(help: "Seed of the episodes.")
    var seed: UInt64?

    @Option(help: "sample (from the policy), mode (its most probable action) or random (play without the policy).")
    var policy: Evaluator.Choice?

    @Flag(help: "Print one JSON object: mean, standard deviation, each return.")
    var json = false

    @Flag(help: "Add the result to the run's metrics, from which `dreamer report` takes it.")
    var record = false

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        let directory = try RunDirectory(existing: logdir)
        guard let configuration = try directory.configuration() else { return }
        let count = episodes ?? configuration.evaluation.episodes
        guard count > 0 else { throw UserError("--episodes must be positive, got \(count)") }
        if record { try directory.requireIdle() }
        let evaluation = try Evaluation(
            directory, configuration, episodes: count, seed: seed, policy: policy, python: python)
        if record { try evaluation.record(in: directory) }
        Output.line(try json ? Output.json(evaluation.result, readable: true) : evaluation.summary)
    }
}

extension Evaluator.Choice: ExpressibleByArgument {}

/// Evaluation of a run's newest checkpoint.
struct Evaluation {
    let result: Evaluator.Result
    /// Training steps of the policy that played; nil for random play.
    let trainSteps: Int?

    /// Plays the episodes.
    init(
        _ directory: RunDirectory, _ configuration: Configuration, episodes: Int, seed: UInt64? = nil,
        policy: Evaluator.Choice? = nil, python: String?
    ) throws {
        let choice = policy ?? (configuration.evaluation.policy == .mode ? .mode : .sample)
        let checkpoint = choice == .random ? nil : try PolicyCheckpoint(newestIn: directory)
        trainSteps = checkpoint?.trainSteps
        result = try Evaluator(configuration, python: python).run(
            weights: checkpoint.map { ($0.weights, $0.version) }, episodes: episodes,
            seed: seed ?? configuration.evaluation.seed, choice: choice,
            threads: ProcessInfo.processInfo.activeProcessorCount)
    }

    var summary: String {
        String(
            format: "%@ (%@): mean return %.3f, standard deviation %.3f over %d episodes", result.environment,
            result.policy, result.mean, result.standardDeviation, result.episodes)
    }

    /// Adds the result to the run's metrics, as a line of kind "evaluation".
    func record(in directory: RunDirectory) throws {
        let log = try MetricsLog(path: directory.metricsFile.path) { Output.error($0) }
        let measurement = EvaluationMeasurement(
            policy: result.policy, seed: Int(clamping: result.seed), episodes: result.episodes, mean: result.mean,
            standardDeviation: result.standardDeviation, trainSteps: trainSteps)
        log.append(MeasurementRecord(.evaluation(measurement)))
    }
}
