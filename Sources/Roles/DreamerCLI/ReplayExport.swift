import ArgumentParser
import Diagnostics
import Episodes
import Foundation
import Replay

struct ReplayExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write each episode as a .npz file, as DreamerV3 keeps them.")

    @Argument(help: "Directory of the run.")
    var directory: String

    @Option(help: "Directory for the files; those of the same names are replaced.")
    var out: String

    func run() throws {
        let store = try ReplayStore(ofRun: directory)
        do { try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true) } catch {
            throw UserError("--out: \(out) cannot be made: \(error.localizedDescription)")
        }
        var export = EpisodeExport(of: store, to: out)
        try export.run()
        try store.close()
        Output.line("\(export.episodes) episodes, \(export.steps) steps in \(out)")
    }
}
