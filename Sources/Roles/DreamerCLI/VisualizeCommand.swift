import ActorService
import ArgumentParser
import Diagnostics
import LearnerService
import Runs
import Settings
import Supervision
import Visions

struct VisualizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "visualize", abstract: "Draw what a run's world model sees, as PNG and animated GIF.",
        discussion: """
            mask: what moves, and the differential observation; needs no run, --env is enough. reconstruction: what the decoder shows of \
            each frame. openloop: what is predicted after a few frames with the actions that were taken, with errors where something \
            moves and elsewhere. imagination: what is predicted with the actions of the policy. Episodes are played with fixed seeds.

            Examples:
              dreamer visualize mask --env atari/pong --start 60
              dreamer visualize openloop --logdir runs/breakout --steps 64
            """)

    @Argument(help: "\(VisionKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: VisionKind

    @Option(help: "Directory of the run whose newest checkpoint is looked at.")
    var logdir: String?

    @Option(name: .customLong("env"), help: "Another task than the run's, with the same observations and actions.")
    var environment: String?

    @Option(name: .customLong("set"), help: "One setting, key.path=value; may be given several times.")
    var overrides: [String] = []

    @Option(help: "Folder for the pictures; visualize in --logdir by default, or pictures.")
    var out: String?

    @Option(parsing: .unconditional, help: "Episodes; the longest is drawn, numbers are of all.")
    var episodes = 8

    @Option(parsing: .unconditional, help: "Frames of each episode that are left out before.")
    var start = 0

    @Option(parsing: .unconditional, help: "Frames that the world model sees before it predicts.")
    var context = VisionSet.context

    @Option(parsing: .unconditional, help: "Steps after those, at most.")
    var steps = VisionSet.horizon

    @Option(parsing: .unconditional, help: "Seed of the episodes.")
    var seed: UInt64?

    @Option(help: "sample (from the policy), mode (its most probable action) or random (play without the policy).")
    var policy: Evaluator.Choice?

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        let visualization = try Visualization(directory(), configuration(), options)
        for notice in visualization.notices { Output.error(notice) }
        for file in try visualization.write(to: out ?? logdir.map { "\($0)/visualize" } ?? "pictures") {
            Output.line(file)
        }
        if let summary = visualization.summary { Output.line(summary) }
    }

    private func directory() throws -> RunDirectory? {
        guard let logdir else {
            guard kind == .mask, environment != nil else {
                throw UserError("name a run with --logdir, or for `visualize mask` a task with --env")
            }
            return nil
        }
        return try RunDirectory(existing: logdir)
    }

    private func configuration() throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.base = Configuration()
        if let logdir, let run = try ResumedRun(in: logdir) {
            for notice in run.notices { Output.error(notice) }
            layers.base = run.configuration
        }
        layers.overrides = overrides
        if let environment { layers.flags.append(.init("--env", path: "environment.id", value: environment)) }
        return try layers.resolve()
    }

    private var options: Visualization.Options {
        var options = Visualization.Options(kind: kind)
        (options.episodes, options.start, options.context, options.horizon) = (episodes, start, context, steps)
        (options.seed, options.policy, options.python) = (seed, policy, python)
        return options
    }
}

extension VisionKind: ExpressibleByArgument {}
