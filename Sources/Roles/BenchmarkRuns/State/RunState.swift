import Diagnostics
import Foundation
import Reports
import Runs
import Settings

/// How far a run of a grid has come.
package enum RunState: Sendable, Equatable {
    case new
    /// It has been begun.
    case unfinished(agentSteps: Int, trainSteps: Int)
    /// A queue has it, or had it.
    case handedOver
    /// It has its steps, and was evaluated.
    case finished

    /// Whether it is to be made.
    var isPending: Bool { self != .finished && self != .handedOver }

    /// - Throws: where the directory holds another run.
    init(_ run: BenchmarkRun, handedOver: Bool) throws {
        let begun = try RunDirectory(run.path, of: run)
        guard let begun, let history = try? RunHistory(contentsOf: begun.metricsFile.path) else {
            self = handedOver ? .handedOver : .new
            return
        }
        if history.isFinished(run.configuration) {
            self = .finished
        } else if handedOver {
            self = .handedOver
        } else {
            self = .unfinished(agentSteps: history.agentSteps, trainSteps: history.trainSteps)
        }
    }
}

extension RunHistory {
    /// Whether the run has all its steps and its policy was played after the last of them.
    fileprivate func isFinished(_ configuration: Configuration) -> Bool {
        let newest = evaluations.last { $0.policy != "random" }
        return agentSteps >= configuration.wantedSteps
            && (newest?.trainSteps ?? -1) >= configuration.trainingSteps()
    }
}

extension RunDirectory {
    /// The directory of a run; nil where it has not begun.
    /// - Throws: where there is one of other settings that a run does not change.
    fileprivate init?(_ path: String, of run: BenchmarkRun) throws {
        guard FileManager.default.fileExists(atPath: path + "/config.yaml") else { return nil }
        try self.init(existing: path)
        guard let stored = try configuration()?.configuration else { return nil }
        let fixed = Set(Configuration.fixedPaths)
        let change = run.configuration.differences(from: stored).first { fixed.contains($0.path) }
        guard let change else { return }
        throw UserError(
            "\(path) is a run with \(change.path)=\(change.old), and the plan says \(change.new): name another output, or move "
                + "it away")
    }
}
