import ArgumentParser
import Diagnostics
import Environments
import Episodes
import Experience
import Foundation
import LearnerService
import Replay
import Runs
import Settings

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take episodes from .npz files, as DreamerV3 keeps them, into the replay of a run.",
        discussion: """
            The task is started once to see what it shows and takes; the files must fit that. A run that is new gets the settings that these \
            options make. The same files are taken once only, so that a command that was stopped goes on when it is given again.

            Examples:
              dreamer import --logdir runs/offline --env catch episodes/*.npz
              dreamer import --logdir runs/offline --env catch --held-out 0.1 episodes/*.npz
              dreamer train --logdir runs/offline --offline
            """)

    @Argument(help: "Files, in the order in which their steps are to follow each other.")
    var files: [String]

    @Option(help: "Directory of the run.")
    var logdir: String

    @Option(
        name: .customLong("vector"), help: "An array that is observed besides the image; may be given several times.")
    var vectors: [String] = []

    @Option(
        help:
            "Share of the episodes, 0.01 to 0.5, that is kept apart: training measures the world model's losses on them, and does not learn from them."
    )
    var heldOut: Double?

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @OptionGroup var settings: ConfigurationOptions

    func run() throws {
        if let heldOut, !(0.01...0.5).contains(heldOut) {
            throw UserError("--held-out: a share of the episodes from 0.01 to 0.5, not \(heldOut)")
        }
        let stored = try ResumedRun(in: logdir, isDescribed: settings.describeARun)
        let (configuration, _) = try settings.resolve(
            resuming: stored?.configuration, on: EnvironmentHost(python: python))
        if let stored { try configuration.requireSameRun(as: stored.configuration, in: logdir) }
        let directory = try RunDirectory(creating: logdir)
        let store = try Self.store(in: logdir, configuration)
        let apart = try heldOut.map { _ in try Self.store(in: directory.heldOut.path, configuration) }
        let totals = store.totals
        guard apart.map({ $0.totals.steps > 0 || totals.steps == 0 }) ?? true else {
            throw UserError(
                "--held-out: \(logdir) holds \(totals.steps) steps already, none of them apart; choose another --logdir"
            )
        }
        var episodes = try EpisodeImport(
            of: files, into: store, vectors: vectors.isEmpty ? ["vector"] : vectors,
            trajectorySteps: configuration.actors.trajectorySteps,
            keeping: apart.map { EpisodeImport.HeldOut(every: Int((1 / (heldOut ?? 1)).rounded()), in: $0) })
        var steps = 0
        for file in files { steps += try episodes.add(file) }
        try episodes.finish()
        let all = (store.totals.steps, apart?.totals.steps)
        try store.close()
        try apart?.close()
        try directory.store(configuration)
        let kept = all.1.map { ", and \($0) are held out" } ?? ""
        Output.line(
            "\(files.count) files with \(steps) steps, of which \(episodes.newSteps) are new; the replay holds \(all.0) steps\(kept)"
        )
    }

    private static func store(in directory: String, _ configuration: Configuration) throws(ReplayError) -> ReplayStore {
        try ReplayStore(
            directory: directory, shape: configuration.stepShape, capacitySteps: configuration.replay.capacitySteps,
            capacityBytes: configuration.replay.capacityBytes)
    }
}
