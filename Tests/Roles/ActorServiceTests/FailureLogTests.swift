import Environments
import Logging
import NIOCore
import TestSupport
import Testing

@testable import ActorService

@Suite struct FailureLogTests {
    /// A task that fails all the time does not fill the log, and yet every failure is counted.
    @Test func failuresAreCountedAndSaidWithARate() {
        let recorded = Recorded()
        let log = FailureLog(Logger(label: "test") { _ in RecordingHandler(recorded: recorded) })
        let failure = EnvironmentFailure(error: .environmentFailed("ValueError: no (task.py:7)"), episodeSteps: 40)
        for milliseconds in [0, 500, 1900, 2100] as [Int64] {
            log.note(3, failure, now: .uptimeNanoseconds(1) + .milliseconds(milliseconds))
        }
        #expect(log.count == 4)
        let line =
            "environment 3: the environment failed: ValueError: no (task.py:7); its episode ends after 40 steps, and it is made again"
        #expect(recorded.lines == [line, line + " (and 2 failures before it)"])
    }
}
