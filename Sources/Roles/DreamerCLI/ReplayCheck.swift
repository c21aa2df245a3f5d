import ArgumentParser
import Replay

struct ReplayCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Read every trajectory, its checksum and its blocks; status 1 where one is damaged. Nothing is changed.")

    @Argument(help: "Directory of the run.")
    var directory: String

    func run() throws {
        let store = try ReplayStore(ofRun: directory)
        var damaged = store.damaged
        let count = try store.check { line in
            damaged += 1
            Output.line(line)
        }
        try store.close()
        Output.line("\(count) trajectories read, \(damaged) damaged")
        if damaged > 0 { throw ExitCode.failure }
    }
}
