import ActorService
import AgentChoice
import ArgumentParser
import Collective
import Diagnostics
import Display
import Environments
import Experience
import Foundation
import Glibc
import LearnerService
import Runs
import Settings
import Supervision
import Tensors
import Threads
import WorldModels

struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Run a learner and actors on this machine until the run is complete, then evaluate.",
        discussion: """
            Examples:
              dreamer train --env catch
              dreamer train --preset atari100k --set environment.id=atari/boxing --logdir runs/boxing
              dreamer train --logdir runs/boxing                    goes on with it
              dreamer train --logdir runs/imported --offline
            """)

    @Option(
        help: "Directory of the run; the same command on the same directory resumes. By default a new one in runs/.")
    var logdir: String?

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @Flag(help: "Only say whether the environment needs Python packages, yes or no; scripts/train asks.")
    var needsPython = false

    @Flag(help: "Train from the experience that is in the run's replay, without actors.")
    var offline = false

    @Flag(help: ArgumentHelp("Stop in good order when standard input is closed.", visibility: .hidden))
    var stopWithInput = false

    @OptionGroup var settings: ConfigurationOptions

    func run() async throws {
        guard LaunchedGroup.size(ProcessInfo.processInfo.environment) == 1 else {
            throw UserError(
                "train starts one learner: start a group with mpirun -n N dreamer learner, and actors beside it")
        }
        ProcessOptions.stop(withInput: stopWithInput)
        let stored = try logdir.flatMap { path in try ResumedRun(in: path, isDescribed: settings.describeARun) }
        if needsPython {
            let task = try settings.environment(resuming: stored?.configuration).id
            return Output.line(EnvironmentRegistry.needsPython(task) ? "yes" : "no")
        }
        var (configuration, task) = try settings.resolve(
            resuming: stored?.configuration, on: EnvironmentHost(python: python))
        if offline { configuration.run.offline = true }
        if configuration.run.offline { try configuration.trainOffline(in: logdir) }
        let actors = configuration.run.offline ? 0 : configuration.actors.count
        try Requirement.check(
            configuration.actors.count > 0 || configuration.run.offline,
            "train starts actors itself: --actors must be at least 1; `dreamer learner` waits for those of others")
        try configuration.learner.precision.requireKernels(for: "learner.precision")
        try configuration.actors.precision.requireKernels(for: "actors.precision")
        if let stored, let logdir { try configuration.requireSameRun(as: stored.configuration, in: logdir) }
        let directory = try makeDirectory(configuration)
        try directory.requireIdle()
        let display = ProgressDisplay()
        display.print(
            "\(configuration.environment.id), \(configuration.agent.agent), \(actors) actors, "
                + "\(configuration.run.steps) agent steps, in \(directory.url.relativePath)")
        display.print(MatrixLibrary.description(configuration.learner.precision) + ", " + Processors.description)
        for note in task.notes { display.print(note) }
        if stored == nil { for line in try RunEstimate(configuration, task).lines { display.print(line) } }
        switch try await supervise(directory, configuration, display) {
        case .stopped:
            Output.line("stopped; `dreamer train --logdir \(directory.url.relativePath)` resumes")
            throw ExitCode(TrainOutcome.stoppedStatus)
        case .complete: try await evaluate(directory, configuration)
        }
    }

    private func makeDirectory(_ configuration: Configuration) throws -> RunDirectory {
        try logdir.map { path throws(UserError) in try RunDirectory(creating: path) }
            ?? RunDirectory(new: "runs/\(configuration.directoryName(at: time(nil)))")
    }

    private func supervise(
        _ directory: RunDirectory, _ configuration: Configuration, _ display: ProgressDisplay
    ) async throws -> TrainOutcome {
        defer { display.finish() }
        let proposal = try directory.propose(configuration)
        defer { proposal.withdraw() }
        let supervisor = TrainSupervisor(
            actors: configuration.run.offline ? 0 : configuration.actors.count,
            isEvaluated: configuration.evaluation.everyVersions > 0,
            arguments: TrainArguments(directory, configuration, in: proposal.path, python: python), display: display)
        let (requests, request) = AsyncStream.makeStream(of: TrainSupervisor.Request.self)
        let handler: Signals.Handler = { signal in
            switch signal {
            case .save: request.yield(.save)
            // The second one is for the children, too, which this process waits for.
            case .stop(before: 0...1): request.yield(.stop)
            case .stop: return false
            }
            return true
        }
        return try await Signals.handled(by: handler) { try await supervisor.run(requests: requests) }
    }

    private func evaluate(_ directory: RunDirectory, _ configuration: Configuration) async throws {
        let count = configuration.evaluation.episodes
        Output.line("evaluating over \(count) episodes …")
        let logdir = directory.url.relativePath
        // There is nothing to save: whoever stops it, stops it at once.
        let handler: Signals.Handler = { request in
            guard case .stop = request else { return true }
            Output.error(
                "dreamer: evaluation stopped; the run is complete: `dreamer evaluate --logdir \(logdir) --record` evaluates it"
            )
            return false
        }
        try await Signals.handled(by: handler) {
            let evaluation = try Evaluation(directory, configuration, episodes: count, python: python) {
                Output.line($0)
            }
            for notice in evaluation.notices { Output.error(notice) }
            try evaluation.record(in: directory) { Output.error($0) }
            Output.line(evaluation.result.summary)
        }
    }
}
