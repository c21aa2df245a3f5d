import DiskAttacks
import Foundation
import TestSupport
import Testing

/// Makes the system calls of a commit fail, one after the other, and goes on.
@Suite(.blocking, .timeLimit(.minutes(15))) struct FaultTests {
    private static let isLong = ProcessInfo.processInfo.environment["DREAMER_SLOW_TESTS"] != nil

    /// Every call of each kind where the long tests are asked for, otherwise some of each.
    @Test func aCallThatFailsLosesNothing() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let ending = try HelperProgram("ReplayDiskHelper").run(["faults", directory.path, Self.isLong ? "1" : "80"])
        #expect(ending.status == 0, "\(ending.output)")
        var counts: [Substring: Int] = [:]
        for words in ending.output.split(separator: "\n").map({ $0.split(separator: " ") }) {
            if words.count == 2, let count = Int(words[1]) { counts[words[0]] = count }
        }
        // All of it happens, and is made to fail in four ways.
        for kind: Substring in ["open", "write", "flush", "flushData", "rename", "remove"] {
            #expect(counts[kind, default: 0] >= 4, "\(kind): \(ending.output)")
        }
        print("faults: \(counts.values.reduce(0, +)) failed calls, nothing lost")
    }
}
