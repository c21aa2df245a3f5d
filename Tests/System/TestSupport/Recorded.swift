public import Logging
import Synchronization

/// Lines that were written to a log, or down otherwise.
public final class Recorded: Sendable {
    private let recorded = Mutex<[String]>([])

    public init() {}

    public var lines: [String] { recorded.withLock { $0 } }

    public func add(_ line: String) { recorded.withLock { $0.append(line) } }
}

/// Keeps the messages of a log.
public struct RecordingHandler: LogHandler {
    private let recorded: Recorded
    public var metadata: Logger.Metadata = [:]
    public var logLevel = Logger.Level.info

    public init(recorded: Recorded) {
        self.recorded = recorded
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) { recorded.add("\(event.message)") }
}
