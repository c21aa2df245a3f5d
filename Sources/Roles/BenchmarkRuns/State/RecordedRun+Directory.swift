import Diagnostics
import Foundation
import Reports
import Runs
import Settings

extension RecordedRun {
    /// The run in a directory.
    /// - Throws: one line where there is none that has been started.
    package init(in path: String) throws(UserError) {
        let directory = try RunDirectory(existing: path)
        guard FileManager.default.fileExists(atPath: directory.metricsFile.path) else {
            throw UserError("\(path) has no metrics.jsonl; give the directory of a run that has been started")
        }
        guard let stored = try directory.configuration() else {
            throw UserError("\(path) holds no run: there is no config.yaml")
        }
        try self.init(
            name: directory.url.lastPathComponent, configuration: stored.configuration,
            history: RunHistory(contentsOf: directory.metricsFile.path, others: directory.metricsOfOtherRanks),
            notice: stored.notice)
    }
}
