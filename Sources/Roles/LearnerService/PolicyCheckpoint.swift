import Diagnostics
import Foundation
import Networks
import Runs

/// The policy of a checkpoint, for playing.
public struct PolicyCheckpoint: Sendable {
    public let weights: [String: [Float]]
    public let version: UInt64
    public let trainSteps: Int
    /// The file that it is from.
    public let url: URL
    /// A line for each newer checkpoint, which is damaged.
    public let notices: [String]

    /// - Throws: one line where there is no such checkpoint, or it is damaged.
    public init(_ choice: CheckpointChoice, in run: RunDirectory) throws {
        guard let whole = try Checkpoint.chosen(choice, in: run.checkpoints) else {
            throw UserError("\(run.url.path) has no checkpoint yet; let the run train first")
        }
        url = whole.url
        // Version 0 means random actions to a player: untrained weights are a policy, too.
        version = max(1, whole.state.policyVersion)
        trainSteps = whole.state.trainSteps
        notices = whole.damaged.map { "\($0.reason); the checkpoint before plays, \(whole.url.lastPathComponent)" }
        var weights: [String: [Float]] = [:]
        for name in whole.archive.names where name.hasPrefix("value.") {
            weights[String(name.dropFirst("value.".count))] = try whole.archive.floats(name)
        }
        self.weights = weights
    }
}
