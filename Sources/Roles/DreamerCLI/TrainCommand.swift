import ActorService
import AgentChoice
import ArgumentParser
import Diagnostics
import Display
import Environments
import Experience
import Foundation
import LearnerService
import Runs
import Settings
import Supervision
import Tensors
import UnixSignals
import WorldModels

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Run a learner and actors on this machine until the run is complete, then evaluate.")

    @Option(
        help: "Directory of the run; the same command on the same directory resumes. By default a new one in runs/.")
    var logdir: String?

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @Flag(help: "Only say whether the environment needs Python packages, yes or no; scripts/train asks.")
    var needsPython = false

    @OptionGroup var settings: ConfigurationOptions

    func run() async throws {
        let stored = try logdir.flatMap { path throws(UserError) in try RunDirectory.stored(path) }
        var configuration = try settings.resolve(resuming: stored)
        if needsPython {
            Output.line(EnvironmentRegistry.needsPython(configuration.environment.id) ? "yes" : "no")
            return
        }
        try configuration.adoptSpaces(python: python)
        let directory = try RunDirectory(creating: logdir ?? Self.newDirectory(configuration))
        try directory.requireIdle()
        let display = ProgressDisplay()
        display.print(
            "\(configuration.environment.id), \(configuration.agent.agent), \(configuration.actors.count) actors, "
                + "\(configuration.run.steps) agent steps, in \(directory.url.relativePath)")
        display.print(MatrixLibrary.description)
        if let stored {
            for change in configuration.differences(from: stored) { display.print("changed on resume: \(change)") }
        }
        try directory.store(configuration)
        switch try await supervise(directory, configuration, display) {
        case .stopped: Output.line("stopped; `dreamer train --logdir \(directory.url.relativePath)` resumes")
        case .complete: try evaluate(directory, configuration)
        }
    }

    private func supervise(
        _ directory: RunDirectory, _ configuration: Configuration, _ display: ProgressDisplay
    ) async throws -> TrainOutcome {
        defer { display.finish() }
        let supervisor = TrainSupervisor(
            actors: configuration.actors.count, arguments: TrainArguments(directory, configuration, python: python),
            display: display)
        return try await supervisor.run(stoppedBy: await UnixSignalsSequence(trapping: .sigint, .sigterm))
    }

    private func evaluate(_ directory: RunDirectory, _ configuration: Configuration) throws {
        let count = configuration.evaluation.episodes
        Output.line("evaluating over \(count) episodes …")
        let evaluation = try Evaluation(directory, configuration, episodes: count, python: python)
        try evaluation.record(in: directory) { Output.error($0) }
        Output.line(evaluation.summary)
    }

    private static func newDirectory(_ configuration: Configuration) -> String {
        let format = DateFormatter()
        format.dateFormat = "yyyyMMdd-HHmmss"
        let task = configuration.environment.id.replacingOccurrences(of: "/", with: "-")
        return "runs/\(task)-\(configuration.agent.agent)-\(format.string(from: Date()))"
    }
}
