import Foundation

/// A program of the package that tests start, built beside the test bundle, which is the process that runs.
public struct HelperProgram {
    public struct Ending: Sendable {
        /// The exit status, or the number of the signal that ended it.
        public let status: Int32
        /// What it wrote on standard output.
        public let output: String
    }

    public let executable: URL

    public init(_ name: String) throws {
        let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let beside = [running, CommandLine.arguments[0]].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name)
        }
        guard let found = beside.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw Missed(description: "there is no program \(name) beside the tests")
        }
        executable = found
    }

    /// Runs it to its end.
    public func run(_ arguments: [String]) throws -> Ending {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ending(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
    }
}
