import ArgumentParser
import Replay

struct ReplayShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say what is stored: trajectories, steps and bytes, of the whole and of each actor.")

    private struct Amount: Encodable {
        var trajectories = 0, steps = 0, bytes = 0

        mutating func add(_ record: TrajectoryRecord) {
            trajectories += 1
            steps += record.steps
            bytes += record.bytes
        }
    }

    private struct Summary: Encodable {
        var stored: Amount
        var actors: [String: Amount]
        var damaged: Int
        /// Steps ever stored, and those that have left since: the oldest is as many steps old as are stored.
        var inserted: Int, left: Int
    }

    @Argument(help: "Directory of the run.")
    var directory: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let store = try ReplayStore(ofRun: directory)
        var (stored, actors) = (Amount(), [String: Amount]())
        try store.forEachRecord { record in
            stored.add(record)
            actors[record.stream.actor, default: Amount()].add(record)
        }
        let totals = store.totals
        let summary = Summary(
            stored: stored, actors: actors, damaged: store.damaged, inserted: totals.insertedSteps,
            left: totals.evictedSteps)
        try store.close()
        if json { return Output.line(try Output.json(summary, readable: true)) }
        Output.line(Self.line("stored", stored))
        for (name, amount) in actors.sorted(by: { $0.key < $1.key }) { Output.line(Self.line("  \(name)", amount)) }
        Output.line(
            "ever stored: \(summary.inserted) steps, of which \(summary.left) have left; damaged: \(summary.damaged)")
    }

    private static func line(_ name: String, _ amount: Amount) -> String {
        "\(name): \(amount.trajectories) trajectories, \(amount.steps) steps, \(amount.bytes) bytes"
    }
}
