import Foundation
import Measurements
import Synchronization

/// The run's history: an append-only file of one measurement a line. Opening it again continues it.
///
/// Any thread may append, and a line is in the file when `append` returns. Nothing that happens to the file stops training:
/// while it cannot be written, lines wait in a bounded buffer, then are dropped and counted, and the problem is reported
/// once.
public final class MetricsLog: Sendable {
    /// Lines kept while the file cannot be written.
    private static let maximumBytes = 1 << 20

    private struct State: ~Copyable {
        var file: LineFile
        var thinning: SampleThinning
        /// What could not be written yet.
        var buffer: [UInt8] = []
        var dropped = 0
        var isFailing = false
    }

    private let state: Mutex<State>
    private let report: @Sendable (String) -> Void

    /// Opens or creates the file and repairs its end if a crash cut the last line short.
    ///
    /// - Parameters:
    ///   - sampleInterval: seconds between two lines that are samples of the same thing; 0 for all of them.
    ///   - report: called with one line when writing starts to fail, and when it works again.
    /// - Throws: `MetricsFileError` if the file cannot be opened or repaired.
    public init(
        path: String, sampleInterval: Double = 0, report: @escaping @Sendable (String) -> Void
    ) throws(MetricsFileError) {
        var file = try LineFile(path: path)
        try file.repair()
        state = Mutex(State(file: file, thinning: SampleThinning(interval: sampleInterval)))
        self.report = report
    }

    deinit { flush() }

    /// Lines lost because the file could not be written for too long.
    public var droppedLines: Int { state.withLock { $0.dropped } }

    /// Adds one line, unless it is a sample and the last one of its subject is recent.
    public func append(_ record: MeasurementRecord) {
        let message = state.withLock { $0.thinning.admits(record) ? write([record], &$0) : nil }
        if let message { report(message) }
    }

    /// Writes what is waiting, and the newest samples: where things stand.
    public func flush() {
        let message = state.withLock { write($0.thinning.takeHeld(), &$0) }
        if let message { report(message) }
    }

    /// - Returns: what has to be reported, after the lock is released.
    private func write(_ records: [MeasurementRecord], _ state: inout State) -> String? {
        for record in records {
            let line = Array((record.json + "\n").utf8)
            if state.buffer.count + line.count <= Self.maximumBytes { state.buffer += line } else { state.dropped += 1 }
        }
        guard !state.buffer.isEmpty else { return nil }
        let (written, failure) = state.file.write(state.buffer)
        // What was not written stays, also the rest of a half-written line: the file never holds two lines in one.
        state.buffer.removeFirst(written)
        defer { state.isFailing = failure != nil }
        switch (failure, state.isFailing) {
        case (let failure?, false):
            return "metrics are not being written to \(state.file.path): \(failure)"
        case (nil, true):
            return "metrics are being written to \(state.file.path) again; \(state.dropped) lines were lost"
        default:
            return nil
        }
    }
}
