import Foundation
import TestSupport
import Testing

/// Runs the tests of `python/` that have a marker, with the program that was built.
private func testPython(_ marker: String) throws {
    let tested = try PythonPackages.run(
        "python/tests/run.py", ["-m", marker], variables: ["DREAMER": Program.executable.path])
    #expect(tested.status == 0, "\(tested.output.suffix(6000))")
}

@Suite(.blocking, .timeLimit(.minutes(5)), .enabled(if: PythonPackages.isThere, PythonPackages.reason))
struct PythonPackageTests {
    @Test func blocksReplaysAndTheActorsSideOfTheProtocol() throws { try testPython("not program") }
}

extension SlowTests {
    @Suite(.blocking, .timeLimit(.minutes(15)), .enabled(if: PythonPackages.isThere, PythonPackages.reason))
    struct PythonProgramTests {
        @Test func runsExportsAnActorAndTheNotebook() throws { try testPython("program") }
    }
}
