import Diagnostics
import Foundation
import Logging
import Networks
import TestSupport
import Testing

@testable import LearnerService

@Suite(.blocking) struct BadStepsTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("bad-\(UUID().uuidString)")

    private func badSteps(limit: Int) -> BadSteps {
        BadSteps(
            directory: directory, limit: limit, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private var batch: Archive {
        var archive = Archive()
        archive.set("reward", [.nan], shape: [1])
        return archive
    }

    @Test func aGoodStepInBetweenStartsTheCountAgain() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        var bad = badSteps(limit: 2)
        for step in 1...5 {
            try bad.record(("loss.model", .nan), step: step) { batch }
            bad.end()
        }
        try bad.record(("loss.actor", .infinity), step: 6) { batch }
        #expect(throws: UserError.self) { try bad.record(("loss.actor", .infinity), step: 7) { batch } }
    }

    @Test func onlySoManyBatchesAreKept() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        var bad = badSteps(limit: 100)
        var asked = 0
        func count() -> Archive {
            asked += 1
            return batch
        }
        for step in 1...20 { try bad.record(("loss.model", .nan), step: step) { count() } }
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(files == (1...8).map { "step-00000\($0).safetensors" })
        #expect(asked == BadSteps.keptBatches)
    }

    /// As on a full disk: the step is counted all the same.
    @Test func aDirectoryThatCannotBeMadeStopsNothing() throws {
        try Data().write(to: directory)
        defer { try? FileManager.default.removeItem(at: directory) }
        var bad = badSteps(limit: 3)
        try bad.record(("loss.model", .nan), step: 1) { batch }
        #expect(bad.inARow == 1)
    }
}
