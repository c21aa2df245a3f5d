import Files
import Foundation
import Measurements
import Synchronization

/// What the thread of a `TensorBoardLog` does.
final class EventWriter: Sendable {
    private struct State: ~Copyable {
        let file: OpenFile
        var written = 0
        /// Steps of the newest measurement that says them, and which: those of the agent, or, where nobody plays, of training.
        var step = 0, progress = BoardEvent.Progress.agentSteps
        var hasEnded = false
    }

    private let state: Mutex<State>
    private let directory: URL
    private let limit: Int
    private let report: @Sendable (String) -> Void

    init(
        directory: URL, name: String, limit: Int, report: @escaping @Sendable (String) -> Void
    ) throws(FileError) {
        let file = try OpenFile(directory.appendingPathComponent(name).path, for: .creating)
        let head = EventRecord.framed(BoardEvent.version(at: Date().timeIntervalSince1970))
        try file.write(head)
        state = Mutex(State(file: file, written: head.count))
        self.directory = directory
        self.limit = limit
        self.report = report
    }

    func write(_ records: [MeasurementRecord]) {
        let message = state.withLock { state -> String? in
            guard !state.hasEnded else { return nil }
            let bytes = take(records, &state)
            do throws(FileError) { try state.file.write(bytes) } catch {
                state.hasEnded = true
                return "TensorBoard gets no more: \(error)"
            }
            return state.hasEnded
                ? "\(state.file.path) has its size (learner.metrics_bytes): it gets no more" : nil
        }
        if let message { report(message) }
    }

    /// As many as the file has room for; it ends with the first that has none.
    private func take(_ records: [MeasurementRecord], _ state: inout State) -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records {
            let event = framed(record, &state)
            state.hasEnded = state.written + event.count > limit
            if state.hasEnded { break }
            state.written += event.count
            bytes += event
        }
        return bytes
    }

    private func framed(_ record: MeasurementRecord, _ state: inout State) -> [UInt8] {
        let takesImages = state.written < limit / 2
        if case .start(let start) = record.measurement {
            state.progress = start.targetTrainSteps == nil ? .agentSteps : .trainingSteps
        }
        let event = BoardEvent(record, step: state.step, by: state.progress) { [directory] file in
            takesImages ? (try? Data(contentsOf: directory.appendingPathComponent(file))).map { Array($0) } : nil
        }
        guard let event else { return [] }
        state.step = max(state.step, event.step)
        return EventRecord.framed(event.packed())
    }
}
