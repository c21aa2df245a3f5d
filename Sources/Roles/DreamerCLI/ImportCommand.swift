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
              dreamer train --logdir runs/offline --offline
            """)

    @Argument(help: "Files, in the order in which their steps are to follow each other.")
    var files: [String]

    @Option(help: "Directory of the run.")
    var logdir: String

    @Option(
        name: .customLong("vector"), help: "An array that is observed besides the image; may be given several times.")
    var vectors: [String] = []

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    @OptionGroup var settings: ConfigurationOptions

    func run() throws {
        let stored = try ResumedRun(in: logdir, isDescribed: settings.describeARun)
        let (configuration, _) = try settings.resolve(
            resuming: stored?.configuration, on: EnvironmentHost(python: python))
        if let stored { try configuration.requireSameRun(as: stored.configuration, in: logdir) }
        let directory = try RunDirectory(creating: logdir)
        let store = try ReplayStore(
            directory: logdir, shape: configuration.stepShape, capacitySteps: configuration.replay.capacitySteps,
            capacityBytes: configuration.replay.capacityBytes)
        let vectors = vectors.isEmpty ? ["vector"] : vectors
        var episodes = try EpisodeImport(
            of: files, into: store, vectors: vectors, trajectorySteps: configuration.actors.trajectorySteps)
        var steps = 0
        for file in files { steps += try episodes.add(file) }
        try episodes.finish()
        let totals = store.totals
        try store.close()
        try directory.store(configuration)
        Output.line(
            "\(files.count) files with \(steps) steps, of which \(episodes.newSteps) are new; the replay holds \(totals.steps) steps"
        )
    }
}
