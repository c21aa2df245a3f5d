import ArgumentParser
import Diagnostics
import Stress

/// Compares the receipts of actors with a replay; what `scripts/chaos` ends with.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look for every trajectory that actors have a receipt for.",
        shouldDisplay: false)

    @Option(help: "Directory of a run that no learner uses.")
    var logdir: String

    @Argument(help: "Files that actors wrote with --receipts.")
    var receipts: [String]

    func run() throws {
        let check = try ReceiptCheck(files: receipts, database: logdir + "/replay.sqlite")
        Output.line(try Output.json(check))
        guard check.isPassed else { throw UserError("what was acknowledged is not what is stored", exitCode: 1) }
    }
}
