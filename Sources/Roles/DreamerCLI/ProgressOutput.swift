import Display
import Measurements
import Supervision

/// Progress as the learner shows it: to a person, or to the process that started it.
final class ProgressOutput: Sendable {
    private let display: ProgressDisplay?
    private let json: Bool

    init(_ progress: LearnerCommand.Progress) {
        display = progress == .auto ? ProgressDisplay() : nil
        json = progress == .json
    }

    func announce(_ text: String, address: String) {
        if json { tell(.listening(address)) } else { Output.error("learner: \(text)") }
    }

    func announce(dashboard address: String) {
        if json { tell(.dashboard(address)) } else { Output.error("learner: dashboard at \(address)") }
    }

    func announceCompletion() {
        if json { tell(.complete) }
    }

    /// Shows what is published while `work` goes on, to the last.
    func show(_ measurements: MeasurementHub, during work: () async throws -> Void) async throws {
        let records = measurements.records()
        async let shown: Void = show(records)
        do { try await work() } catch {
            measurements.finish()
            await shown
            throw error
        }
        measurements.finish()
        await shown
    }

    private func show(_ records: AsyncStream<MeasurementRecord>) async {
        for await record in records {
            display?.take(record.measurement)
            if json { tell(.measured(record)) }
        }
        display?.finish()
    }

    private func tell(_ news: LearnerNews) {
        // All of its values can be written.
        if let line = try? Output.json(news) { Output.line(line) }
    }
}
