import Environments
import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct PythonInterpreterTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("python-\(UUID())")

    @Test func withoutAnInterpreterTheErrorSaysWhatToRun() {
        #expect {
            try PythonInterpreter.find(nil, environment: [:], workingDirectory: "/nowhere", program: nil)
        } throws: {
            "\($0)"
                == "this environment needs Python, and there is no .venv/bin/python: run `scripts/setup --envs`"
        }
    }

    @Test func aPathThatIsNotThereIsNamed() {
        #expect {
            try EnvironmentRegistry.make("atari/pong", python: PythonHost(interpreter: "/nowhere/python"), seed: 1)
        } throws: {
            "\($0)".contains("/nowhere/python") && "\($0)".contains("scripts/setup --envs")
        }
        #expect(throws: EnvironmentError.self) {
            try PythonInterpreter.find(nil, environment: ["DREAMER_PYTHON": "/nowhere/python"])
        }
    }

    @Test func theSearchGoesFromTheOptionToTheProgramsDirectories() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let interpreters = try ["option", "variable", "working/.venv/bin", "package/.venv/bin"].map { try place($0) }
        let working = directory.appendingPathComponent("working").path
        let program = directory.appendingPathComponent("package/.build/release/dreamer")
        let variables = ["DREAMER_PYTHON": interpreters[1]]
        func find(_ option: String?, _ variables: [String: String], _ working: String) throws -> String {
            try PythonInterpreter.find(option, environment: variables, workingDirectory: working, program: program)
        }
        #expect(try find(interpreters[0], variables, working) == interpreters[0])
        #expect(try find(nil, variables, working) == interpreters[1])
        #expect(try find(nil, [:], working) == interpreters[2])
        #expect(try find(nil, [:], "/nowhere") == interpreters[3])
    }

    /// An executable file named python in a subdirectory.
    private func place(_ name: String) throws -> String {
        let folder = directory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("python").path
        #expect(FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o755]))
        return file
    }
}
