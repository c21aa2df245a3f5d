import Diagnostics
import Foundation
import LearnerService
import Replay
import Runs
import Settings

extension ReplayStore {
    /// Opens the replay of a run; nothing leaves it.
    /// - Throws: one line where there is none, or a learner has it.
    convenience init(ofRun path: String) throws {
        guard FileManager.default.fileExists(atPath: path + "/replay.sqlite"), let run = try ResumedRun(in: path) else {
            throw UserError("\(path) holds no replay: there is no replay.sqlite")
        }
        try self.init(directory: path, shape: run.configuration.stepShape, capacitySteps: .max)
    }
}
