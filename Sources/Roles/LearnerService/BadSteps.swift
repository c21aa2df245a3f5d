import Agents
import Diagnostics
import Foundation
import Logging
import Networks

/// What happens to a training step whose losses or gradients are not finite. The agent has left it out; here it is
/// counted, its batch is kept for somebody to look at, and too many in a row end the run.
struct BadSteps {
    /// Batches kept in the directory. The first ones tell most, so later ones are not written.
    static let keptBatches = 8

    /// Where batches are kept; made when the first one comes.
    let directory: URL
    /// Bad steps in a row that end the run.
    let limit: Int
    let logger: Logger
    private(set) var inARow = 0

    init(directory: URL, limit: Int, logger: Logger) {
        self.directory = directory
        self.limit = limit
        self.logger = logger
    }

    /// - Parameters:
    ///   - value: what was not finite.
    ///   - batch: the step's batch and noise; asked for only where it is kept.
    /// - Throws: one line when there were `limit` in a row.
    mutating func record(
        _ value: (name: String, value: Float), step: Int, batch: () -> Archive
    ) throws(UserError) {
        inARow += 1
        let what = "training step \(step) gave \(value.name) = \(value.value)"
        let place = keep(batch, step: step, reason: what)
        logger.warning("\(what) and was left out\(place.map { "; its batch is \($0.path)" } ?? "")")
        guard inARow >= limit else { return }
        throw UserError(
            "\(inARow) training steps in a row, the last of them \(step), gave losses or gradients that are not finite "
                + "(\(value.name) = \(value.value)); the first such batches are in \(directory.path), and resuming goes "
                + "back to the last checkpoint: look at the rewards and actions, or lower agent.model_lr", exitCode: 3)
    }

    mutating func end() {
        inARow = 0
    }

    /// Writes the batch unless there are enough already.
    /// - Returns: the file, nil where there is none.
    private func keep(_ batch: () -> Archive, step: Int, reason: String) -> URL? {
        let manager = FileManager.default
        let kept = (try? manager.contentsOfDirectory(atPath: directory.path)) ?? []
        guard kept.count < Self.keptBatches else { return nil }
        let file = directory.appendingPathComponent(String(format: "step-%06d.safetensors", step))
        var archive = batch()
        archive.metadata["reason"] = reason
        do {
            try manager.createDirectory(at: directory, withIntermediateDirectories: true)
            try archive.write(to: file)
            return file
        } catch {
            // A full disk is no reason to stop training.
            logger.warning("the batch of training step \(step) cannot be kept: \(error)")
            return nil
        }
    }
}
