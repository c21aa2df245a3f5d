import Environments
import Logging
import NIOCore
import Synchronization
import Testing

@testable import ActorService

@Suite struct FailureLogTests {
    /// Keeps what is logged.
    private final class Lines: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct Handler: LogHandler {
        let kept: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            kept.lines.withLock { $0.append("\(event.message)") }
        }
    }

    /// A task that fails all the time does not fill the log, and yet every failure is counted.
    @Test func failuresAreCountedAndSaidWithARate() {
        let kept = Lines()
        let log = FailureLog(Logger(label: "test") { _ in Handler(kept: kept) })
        let failure = EnvironmentFailure(error: .environmentFailed("ValueError: no (task.py:7)"), episodeSteps: 40)
        for milliseconds in [0, 500, 1900, 2100] as [Int64] {
            log.note(3, failure, now: .uptimeNanoseconds(1) + .milliseconds(milliseconds))
        }
        #expect(log.count == 4)
        let line =
            "environment 3: the environment failed: ValueError: no (task.py:7); its episode ends after 40 steps, and it is made again"
        #expect(kept.lines.withLock { $0 } == [line, line + " (and 2 failures before it)"])
    }
}
