import Foundation
import TestSupport
import Testing

/// The built program. `scripts/test` builds it before the tests.
enum Program {
    /// Beside the test bundle, which is the process that runs.
    static var executable: URL {
        get throws {
            let running = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let beside = [running, CommandLine.arguments[0]].map {
                URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("dreamer")
            }
            return try #require(
                beside.first { FileManager.default.isExecutableFile(atPath: $0.path) },
                "there is no program beside the tests: run `swift build -c release --product dreamer`")
        }
    }

    /// Whether the long tests are asked for.
    static var runsSlowTests: Bool { ProcessInfo.processInfo.environment["DREAMER_SLOW_TESTS"] != nil }

    /// The interpreter of bridged environments; nil where there is none.
    static var python: String? {
        let named = ProcessInfo.processInfo.environment["DREAMER_PYTHON"]
        return [named, Repository.root.appending(path: ".venv/bin/python").path].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
