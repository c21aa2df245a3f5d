import ArgumentParser
import Exports
import LearnerService
import Runs

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Write a checkpoint of a run, the newest unless told otherwise, as weights, a description and an ONNX graph.",
        discussion: """
            The directory then holds config.json, policy.safetensors (what acting needs), model.safetensors (all weights) and policy.onnx \
            (the acting step). `dreamer act` plays with policy.safetensors alone.

            Examples:
              dreamer export --logdir runs/catch --out exported
              dreamer export --logdir runs/catch --checkpoint best --out exported
              dreamer act --weights exported/policy.safetensors --episodes 10
            """)

    @Option(help: "Directory of the run.")
    var logdir: String

    @Option(help: "Directory for the files; those of the same names are replaced.")
    var out: String

    @Option(help: CheckpointChoice.help)
    var checkpoint = CheckpointChoice.newest

    func run() throws {
        let directory = try RunDirectory(existing: logdir)
        guard let run = try ResumedRun(in: logdir) else { return }
        let export = try RunExport(
            checkpoint, of: directory, run.configuration, release: Release.version, commit: Release.commit)
        for notice in run.notices + export.notices { Output.error(notice) }
        try export.write(to: out).forEach(Output.line)
    }
}
