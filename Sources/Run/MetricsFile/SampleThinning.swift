import Measurements

/// Lets samples through at most so often, so that a file does not grow by what only a display needs.
package struct SampleThinning: Sendable {
    /// Seconds between two samples of one subject.
    let interval: Double
    /// Times of the last samples that passed, by subject.
    private var passed: [String: Double] = [:]
    /// The newest samples that did not, by subject: as many as a run has actors, and a few.
    private var held: [String: MeasurementRecord] = [:]

    package init(interval: Double) {
        self.interval = interval
    }

    /// Whether the record is to be written now. What happened always is.
    package mutating func admits(_ record: MeasurementRecord) -> Bool {
        guard let subject = record.measurement.subject else { return true }
        // A clock that was set back must not hold samples for ever.
        if let last = passed[subject], abs(record.time - last) < interval {
            held[subject] = record
            return false
        }
        passed[subject] = record.time
        held[subject] = nil
        return true
    }

    /// What was held back last, in the order of time: where things stood at the end.
    package mutating func takeHeld() -> [MeasurementRecord] {
        defer { held = [:] }
        return held.values.sorted { $0.time < $1.time }
    }
}
