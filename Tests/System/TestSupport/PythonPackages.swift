import Foundation
import Testing

/// The interpreter of a virtual environment with what `python/` is tested with: `python/tests/requirements.txt`.
public enum PythonPackages {
    public static let variable = "DREAMER_TEST_PYTHON"
    public static let reason: Comment =
        "needs Python packages: `scripts/setup --python` makes .venv-python, or \(PythonPackages.variable) names an interpreter"

    /// nil where there is none.
    public static let interpreter: URL? = {
        let named = ProcessInfo.processInfo.environment[variable].map { URL(fileURLWithPath: $0) }
        return [named, Repository.root.appending(path: ".venv-python/bin/python")].compactMap(\.self)
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()
    public static var isThere: Bool { interpreter != nil }

    /// Runs a script of the repository and returns what it wrote to both streams, and its status.
    /// - Parameter variables: besides those of the tests.
    public static func run(
        _ script: String, _ arguments: [String], variables: [String: String] = [:]
    ) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = interpreter
        process.arguments = [Repository.root.appending(path: script).path] + arguments
        let own = ["PYTHONPATH": Repository.root.appending(path: "python").path, "PYTHONDONTWRITEBYTECODE": "1"]
        process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }.merging(variables) { $1 }
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus)
    }
}
