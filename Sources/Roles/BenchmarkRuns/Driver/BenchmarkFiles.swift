import Diagnostics
import Files
import Foundation
import Settings

/// What lies beside the runs of a grid: a log of each, scripts for a queue, and marks of those that it has.
struct BenchmarkFiles: Sendable {
    private let folder: String

    init(_ output: String) {
        folder = output
    }

    /// - Throws: one line for a folder that cannot be made.
    func makeFolder() throws(UserError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw UserError("cannot write to \(folder); choose another output")
        }
    }

    private func path(_ run: BenchmarkRun, _ ending: String) -> String { "\(folder)/\(run.name).\(ending)" }

    /// What the processes of a run say, run after run.
    func log(_ run: BenchmarkRun) throws -> RunLog { try RunLog(path: path(run, "log")) }

    func isHandedOver(_ run: BenchmarkRun) -> Bool {
        FileManager.default.fileExists(atPath: path(run, "submitted"))
    }

    func noteHandedOver(_ run: BenchmarkRun) throws {
        try DurableFile.replace(path(run, "submitted"), with: "".utf8)
    }

    /// A script that runs `command` where this process runs.
    /// - Returns: its path.
    func script(_ run: BenchmarkRun, _ command: String) throws -> String {
        let path = URL(fileURLWithPath: path(run, "sh")).path
        let directory = FileManager.default.currentDirectoryPath
        let text = "#!/bin/sh\ncd \(directory.quotedForShell) && exec \(command)\n"
        try DurableFile.replace(path, with: text.utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }
}
