import ActorService
import ArgumentParser
import Diagnostics
import Foundation
import LearnerService
import Runs
import Settings
import Supervision

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Play episodes with a checkpoint of a run, the newest unless told otherwise, with fixed seeds.",
        discussion: """
            Examples:
              dreamer evaluate --logdir runs/mine --episodes 20 --record
              dreamer evaluate --logdir runs/mine --checkpoint best --json
            """)

    @Option(help: "Directory of the run.")
    var logdir: String

    @Option(parsing: .unconditional, help: "Number of episodes; the run's configuration says how many by default.")
    var episodes: Int?

    @Option(parsing: .unconditional, help: "Seed of the episodes.")
    var seed: UInt64?

    @Option(help: "sample (from the policy), mode (its most probable action) or random (play without the policy).")
    var policy: Evaluator.Choice?

    @Option(help: CheckpointChoice.help)
    var checkpoint = CheckpointChoice.newest

    @Flag(help: "Print one JSON object: mean, standard deviation, each return.")
    var json = false

    @Flag(help: "Add the result to the run's metrics and keep the checkpoint as best where no other had a higher mean.")
    var record = false

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        let directory = try RunDirectory(existing: logdir)
        guard let run = try ResumedRun(in: logdir) else { return }
        for notice in run.notices { Output.error(notice) }
        let configuration = run.configuration
        let count = episodes ?? configuration.evaluation.episodes
        guard count > 0 else { throw UserError("--episodes must be positive, got \(count)") }
        if record { try directory.requireIdle() }
        let evaluation = try Evaluation(
            directory, configuration, episodes: count, seed: seed, policy: policy, of: checkpoint, python: python,
            tell: { Output.error($0) })
        for notice in evaluation.notices { Output.error(notice) }
        if record { try evaluation.record(in: directory) { Output.error($0) } }
        Output.line(try json ? Output.json(evaluation.result, readable: true) : evaluation.result.summary)
    }
}

extension Evaluator.Choice: ExpressibleByArgument {}
