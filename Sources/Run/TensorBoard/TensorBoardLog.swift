import Files
import Foundation
import Measurements
import MetricsFile
import Synchronization
import Threads

/// A sink of measurements that TensorBoard reads: an event file for each start of the learner, beside `metrics.jsonl`.
///
/// Any thread may append; a thread of its own writes. Nothing that happens to the file stops training: the first failure is
/// reported, and then nothing more is written.
package final class TensorBoardLog: Sendable {
    private static let waiting = 8192
    private static let patience = Duration.seconds(2)

    private let thinning: Mutex<SampleThinning>
    private let backlog: Backlog<MeasurementRecord>

    /// - Parameters:
    ///   - directory: of the run; files that measurements name are in it.
    ///   - sampleInterval: seconds between two samples of the same thing.
    ///   - limit: bytes of the file: beyond half of them it gets no more images, beyond all nothing more.
    ///   - report: called with one line where writing ends.
    package init(
        directory: URL, sampleInterval: Double, limit: Int, report: @escaping @Sendable (String) -> Void
    ) throws(FileError) {
        let name =
            "events.out.tfevents.\(Int(Date().timeIntervalSince1970)).\(ProcessInfo.processInfo.hostName)"
            + ".\(ProcessInfo.processInfo.processIdentifier).\(UUID().uuidString.prefix(4))"
        let writer = try EventWriter(directory: directory, name: name, limit: limit, report: report)
        thinning = Mutex(SampleThinning(interval: sampleInterval))
        backlog = Backlog(name: "tensorboard", limit: Self.waiting) { records, _ in writer.write(records) }
    }

    /// Adds a measurement, unless it is a sample and the last one of its subject is recent. Returns at once.
    package func append(_ record: MeasurementRecord) {
        if thinning.withLock({ $0.admits(record) }) { backlog.add(record) }
    }

    /// Returns when all is in the file, or after two seconds.
    package func flush() {
        for record in thinning.withLock({ $0.takeHeld() }) { backlog.add(record) }
        backlog.finish(within: Self.patience)
    }
}
