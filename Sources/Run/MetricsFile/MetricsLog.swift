import Measurements
import Synchronization
import Threads

/// The run's history: a file of one measurement a line. Opening it again continues it.
///
/// Any thread may append, an event loop, too: a thread of its own writes. Nothing that happens to the file stops training.
/// While it cannot be written, or takes nothing, lines wait in a bounded buffer, then are dropped and counted, and the
/// problem is reported once.
public final class MetricsLog: Sendable {
    /// Lines that wait for the thread.
    private static let waitingLines = 8192
    /// The longest that somebody waits for the thread.
    private static let patience = Duration.seconds(2)

    private let thinning: Mutex<SampleThinning>
    private let writer: MetricsWriter
    private let backlog: Backlog<MeasurementRecord>

    /// Opens or creates the file and repairs its end if a crash cut the last line short.
    ///
    /// - Parameters:
    ///   - sampleInterval: seconds between two lines that are samples of the same thing; 0 for all of them.
    ///   - limit: bytes that the file may have; nil for any number. Where it would have more, it becomes coarser.
    ///   - report: called with one line when writing starts to fail, and when it works again.
    /// - Throws: `MetricsFileError` if the file cannot be opened or repaired.
    public init(
        path: String, sampleInterval: Double = 0, limit: Int? = nil, report: @escaping @Sendable (String) -> Void
    ) throws(MetricsFileError) {
        let writer = try MetricsWriter(path: path, limit: limit, report: report)
        self.writer = writer
        thinning = Mutex(SampleThinning(interval: sampleInterval))
        backlog = Backlog(name: "metrics", limit: Self.waitingLines) { writer.write($0, dropped: $1) }
    }

    deinit { flush() }

    /// Lines lost because the file could not be written for too long.
    public var droppedLines: Int { writer.dropped }

    /// Adds one line, unless it is a sample and the last one of its subject is recent. Returns at once.
    public func append(_ record: MeasurementRecord) {
        thinning.withLock { if $0.admits(record) { add(record) } }
    }

    /// Adds the newest samples, where things stand, and returns when all is in the file, or after two seconds in which that
    /// could not be.
    public func flush() {
        thinning.withLock { for record in $0.takeHeld() { add(record) } }
        backlog.finish(within: Self.patience)
    }

    private func add(_ record: MeasurementRecord) {
        if let dropped = backlog.add(record) { writer.noteOverflow(dropped) }
    }
}
