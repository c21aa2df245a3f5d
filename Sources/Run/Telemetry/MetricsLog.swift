import Foundation
import Synchronization

/// The run's history: an append-only file of one JSON object per line. Opening it again continues it.
///
/// Any thread may append. Nothing that happens to the file stops training: while it cannot be written, lines wait in a
/// bounded buffer, then are dropped and counted, and the problem is reported once.
public final class MetricsLog: Sendable {
    /// When buffered lines reach the file.
    public enum FlushPolicy: Sendable, Equatable {
        case everyLine
        /// With the first line that comes this many seconds after the last flush, or when 64 KiB have gathered.
        case every(seconds: Double)
    }

    /// Lines gathered before a flush happens in any case.
    private static let flushBytes = 64 << 10
    /// Lines kept while the file cannot be written.
    private static let maximumBytes = 1 << 20

    private struct State: ~Copyable {
        var file: MetricsFile
        var buffer: [UInt8] = []
        var lastFlush: Double
        var dropped = 0
        var isFailing = false
    }

    private let state: Mutex<State>
    private let policy: FlushPolicy
    private let report: @Sendable (String) -> Void

    /// Opens or creates the file and repairs its end if a crash cut the last line short.
    ///
    /// - Parameter report: called with one line when writing starts to fail, and when it works again.
    /// - Throws: `TelemetryError` if the file cannot be opened or repaired.
    public init(
        path: String, flush policy: FlushPolicy = .every(seconds: 1), report: @escaping @Sendable (String) -> Void
    ) throws(TelemetryError) {
        var file = try MetricsFile(path: path)
        try file.repair()
        state = Mutex(State(file: file, lastFlush: -.infinity))
        self.policy = policy
        self.report = report
    }

    deinit { flush() }

    /// Lines lost because the file could not be written for too long.
    public var droppedLines: Int { state.withLock { $0.dropped } }

    /// Adds one line. `time` (Unix seconds) and `kind` are fields of every line; keys are sorted.
    ///
    /// - Parameter kind: what the line is about: "train", "actor", "episode", "evaluation".
    public func append(kind: String, _ fields: [String: MetricValue], at date: Date = Date()) {
        let time = date.timeIntervalSince1970
        let line = Array(Self.line(kind: kind, fields, time: time).utf8)
        let message = state.withLock { state -> String? in
            guard state.buffer.count + line.count <= Self.maximumBytes else {
                state.dropped += 1
                return nil
            }
            state.buffer += line
            return isDue(state, at: time) ? write(&state, at: time) : nil
        }
        if let message { report(message) }
    }

    /// Writes what is buffered.
    public func flush() {
        let message = state.withLock { write(&$0, at: Date().timeIntervalSince1970) }
        if let message { report(message) }
    }

    /// One line with its newline.
    static func line(kind: String, _ fields: [String: MetricValue], time: Double) -> String {
        var all = fields
        all["kind"] = .text(kind)
        // Milliseconds are enough to order lines and keep them readable.
        all["time"] = .number((time * 1000).rounded() / 1000)
        let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key.quotedForJSON):\($0.value.json)" }
        return "{" + pairs.joined(separator: ",") + "}\n"
    }

    private func isDue(_ state: borrowing State, at time: Double) -> Bool {
        switch policy {
        case .everyLine: true
        // A clock that was set back must not hold lines for ever.
        case .every(let seconds):
            state.buffer.count >= Self.flushBytes || abs(time - state.lastFlush) >= seconds
        }
    }

    /// - Returns: what has to be reported, after the lock is released.
    private func write(_ state: inout State, at time: Double) -> String? {
        state.lastFlush = time
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
