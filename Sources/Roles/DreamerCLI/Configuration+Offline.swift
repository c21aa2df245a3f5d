import Diagnostics
import Experience
import Replay
import Settings

extension Configuration {
    /// Makes a run without actors one that has all its agent steps: those that are stored.
    /// - Parameter path: of its directory.
    /// - Throws: one line where there is not enough to train from.
    mutating func trainOffline(in path: String?) throws {
        try validate()
        guard let path else { throw UserError("--offline: --logdir names the run whose experience is trained from") }
        let store = try ReplayStore(ofRun: path)
        let totals = store.totals
        try store.close()
        guard totals.steps >= replay.prefillSteps else {
            throw UserError(
                "--offline: \(path) holds \(totals.steps) steps, and training begins with replay.prefill_steps = \(replay.prefillSteps)"
            )
        }
        run.steps = totals.insertedSteps
    }
}
