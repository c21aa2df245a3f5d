import Files
import Measurements
import Synchronization

/// What the thread of a `MetricsLog` does: lines into the file, for as long as it takes them.
final class MetricsWriter: Sendable {
    /// Between two attempts to make the file smaller: each reads all of it.
    private static let thinningInterval = Duration.seconds(60)

    private struct State: ~Copyable {
        var file: LineFile
        /// What could not be written yet.
        var buffer: [UInt8] = []
        var dropped = 0
        /// Of those, the lines that had no room before they came here.
        var overflowed = 0
        var isFailing = false
        /// Why the file could not be made smaller, and when it is tried again.
        var obstacle: (reason: String, until: ContinuousClock.Instant)?
    }

    /// Lines that other threads could not hand over.
    private struct Overflow {
        /// How many there were when it was said, until it is said to be over.
        var said: Int?
        /// How many of them are past trouble.
        var settled = 0
    }

    private let state: Mutex<State>
    private let overflow = Mutex(Overflow())
    private let path: String
    private let limit: Int?
    /// Bytes of lines that are written at once, and kept while the file cannot be written.
    private let bufferBytes: Int
    private let report: @Sendable (String) -> Void

    init(path: String, limit: Int?, report: @escaping @Sendable (String) -> Void) throws(MetricsFileError) {
        var file = try LineFile(path: path)
        try file.repair()
        state = Mutex(State(file: file))
        self.path = path
        self.limit = limit
        bufferBytes = min(1 << 20, (limit ?? .max) / 4)
        self.report = report
    }

    var dropped: Int { state.withLock { $0.dropped } }

    /// A line was dropped, on another thread, because this one is stuck in the file.
    /// - Parameter dropped: how many were, this one among them.
    func noteOverflow(_ dropped: Int) {
        let isNew = overflow.withLock { overflow in
            guard overflow.said == nil, dropped > overflow.settled else { return false }
            overflow.said = dropped
            return true
        }
        if isNew { report("metrics are not being written to \(path): it takes no more") }
    }

    /// - Parameter dropped: lines that were dropped before these.
    func write(_ records: [MeasurementRecord], dropped: Int) {
        let (messages, settled) = state.withLock { state in
            if dropped > 0 {
                state.dropped += dropped
                state.overflowed += dropped
                state.isFailing = true
            }
            let messages = records.compactMap { add($0, &state) } + [write(&state)].compactMap { $0 }
            return (messages, state.isFailing ? nil : state.overflowed)
        }
        for message in messages { report(message) }
        if let settled { endOverflow(settled) }
    }

    /// Not before what came after the lost lines is written: a file that takes a little and then nothing again is the same
    /// trouble, and is said once.
    private func endOverflow(_ settled: Int) {
        overflow.withLock { overflow in
            overflow.settled = settled
            if let said = overflow.said, said <= settled { overflow.said = nil }
        }
    }

    /// - Returns: what has to be reported, after the lock is released.
    private func add(_ record: MeasurementRecord, _ state: inout State) -> String? {
        let line = Array((record.json + "\n").utf8)
        let message = state.buffer.count + line.count > bufferBytes ? write(&state) : nil
        if state.buffer.count + line.count <= bufferBytes { state.buffer += line } else { state.dropped += 1 }
        return message
    }

    private func write(_ state: inout State) -> String? {
        guard !state.buffer.isEmpty else { return nil }
        var failure = makeRoom(&state)
        if failure == nil {
            let result = state.file.write(state.buffer)
            // What was not written stays, also the rest of a half-written line: the file never holds two lines in one.
            state.buffer.removeFirst(result.written)
            failure = result.failure
        }
        defer { state.isFailing = failure != nil }
        switch (failure, state.isFailing) {
        case (let failure?, false):
            return "metrics are not being written to \(path): \(failure)"
        case (nil, true):
            return "metrics are being written to \(path) again; \(state.dropped) lines were lost"
        default:
            return nil
        }
    }

    /// Drops half of the past where the buffer, a quarter of the limit at most, would make the file too large.
    /// - Returns: why that is not possible, nil where there is room.
    private func makeRoom(_ state: inout State) -> String? {
        guard let limit, state.file.count + state.buffer.count > limit else { return nil }
        if let obstacle = state.obstacle, obstacle.until > .now { return obstacle.reason }
        let failure = thin(&state, limit: limit)
        state.obstacle = failure.map { ($0, .now + Self.thinningInterval) }
        return failure
    }

    private func thin(_ state: inout State, limit: Int) -> String? {
        do {
            try LineThinning.thin(path, to: limit / 4 * 3)
            state.file = try LineFile(path: path)
            return nil
        } catch let error as FileError {
            return "it has \(state.file.count) bytes and cannot be made smaller: \(error)"
        } catch {
            return "\(error)"
        }
    }
}
