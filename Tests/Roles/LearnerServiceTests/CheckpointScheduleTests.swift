import Logging
import TestSupport
import Testing

@testable import LearnerService

@Suite struct CheckpointScheduleTests {
    private struct DiskFull: Error {}

    private func schedule(seconds: Double, _ log: Recorded) -> CheckpointSchedule {
        CheckpointSchedule(seconds: seconds, logger: Logger(label: "test") { _ in RecordingHandler(recorded: log) })
    }

    /// Training goes on without, and the next attempt is due soon.
    @Test func troubleIsSaidOnceAndItsEndOnce() {
        let log = Recorded()
        var schedule = schedule(seconds: 0, log)
        for isFull in [false, true, true, true, false, false] {
            schedule.saveWhenDue { if isFull { throw DiskFull() } }
        }
        #expect(log.lines.count == 2)
        #expect(log.lines.first?.hasPrefix("no checkpoint can be written") == true)
        #expect(log.lines.last == "checkpoints are written again")
    }

    @Test func nothingIsSavedBeforeItIsDue() {
        var schedule = schedule(seconds: 3600, Recorded())
        var saved = 0
        for _ in 0..<3 { schedule.saveWhenDue { saved += 1 } }
        #expect(saved == 0)
    }
}
