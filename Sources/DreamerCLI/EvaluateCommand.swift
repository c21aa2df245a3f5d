import ActorService
import ArgumentParser
import Diagnostics
import Foundation
import LearnerService
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

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        let directory = try RunDirectory(existing: logdir)
        guard let configuration = try directory.configuration() else { return }
        let count = episodes ?? configuration.evaluation.episodes
        guard count > 0 else { throw UserError("--episodes must be positive, got \(count)") }
        let result = try Evaluation.run(
            directory, configuration, episodes: count, seed: seed, policy: policy, python: python)
        Output.line(try json ? Output.json(result, readable: true) : Evaluation.summary(result))
    }
}

extension Evaluator.Choice: ExpressibleByArgument {}

/// Evaluation of a run's newest checkpoint.
enum Evaluation {
    static func run(
        _ directory: RunDirectory, _ configuration: Configuration, episodes: Int, seed: UInt64? = nil,
        policy: Evaluator.Choice? = nil, python: String?, progress: (Int) -> Void = { _ in }
    ) throws -> Evaluator.Result {
        let choice = policy ?? (configuration.evaluation.policy == .mode ? .mode : .sample)
        let checkpoint = choice == .random ? nil : try PolicyCheckpoint(newestIn: directory)
        return try Evaluator(configuration, python: python).run(
            weights: checkpoint.map { ($0.weights, $0.version) }, episodes: episodes,
            seed: seed ?? configuration.evaluation.seed, choice: choice,
            threads: ProcessInfo.processInfo.activeProcessorCount, progress: progress)
    }

    static func summary(_ result: Evaluator.Result) -> String {
        String(
            format: "%@ (%@): mean return %.3f, standard deviation %.3f over %d episodes", result.environment,
            result.policy, result.mean, result.standardDeviation, result.episodes)
    }
}
