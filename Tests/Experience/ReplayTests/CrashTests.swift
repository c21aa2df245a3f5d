import Experience
import Foundation
import GRDB
import Replay
import TestSupport
import Testing

/// Kills a process that stores, again and again on the same files, and looks for what it acknowledged.
@Suite(.blocking, .timeLimit(.minutes(15))) struct CrashTests {
    /// Runs the helper until it has acknowledged `count` trajectories, kills it, and returns all that it acknowledged.
    private func acknowledgedBeforeKill(_ directory: TemporaryDirectory, count: Int) throws -> [Int] {
        let process = Process()
        process.executableURL = try HelperProgram("ReplayCrashHelper").executable
        process.arguments = [directory.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var output = Data()
        while output.reduce(0, { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }) < count {
            let part = pipe.fileHandleForReading.availableData
            try #require(!part.isEmpty, "the helper has ended by itself")
            output += part
        }
        kill(process.processIdentifier, SIGKILL)
        output += pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // The last line may be cut.
        let text = String(decoding: output, as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { Int($0) }
    }

    @Test func acknowledgedMeansStored() throws {
        let directory = try TemporaryDirectory()
        let shape = StepShape(image: ImageShape(height: 24, width: 24), actionCount: 2)
        var acknowledged: Set<Int> = []
        for round in 1...5 {
            let now = try acknowledgedBeforeKill(directory, count: 300 * round)
            #expect(acknowledged.isDisjoint(with: now), "a stored trajectory was sent again")
            acknowledged.formUnion(now)
            let store = try ReplayStore(directory: directory.path, shape: shape, capacitySteps: 1_000_000)
            let through = Int(store.storedThrough(actor: "crash", incarnation: 7))
            #expect(acknowledged.max() ?? 0 <= through)
            #expect(acknowledged.isSubset(of: 1...through))
            var ids: [Int64] = []
            try store.forEachRecord { ids.append($0.id) }
            #expect(ids.count == through && store.totals.insertedTrajectories == through)
            #expect(try store.trajectories(ids).allSatisfy { $0 != nil }, "every payload is whole")
            let check = try store.withWriter { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
            #expect(check == "ok")
        }
        print("kill -9: 5 times, \(acknowledged.count) acknowledged, none lost")
    }
}
