import Foundation
import Glibc
import Logging
import Measurements
import Threads
import Visions

/// Draws what was looked at on a thread that yields to all others.
final class PictureStudio: Sendable {
    /// Pictures of one moment.
    struct Job: Sendable {
        var sets: [VisionSet]
        var trainSteps: Int
        var agentSteps: Int
    }

    private let writer: PictureWriter
    private let backlog: Backlog<Job>

    init(directory: URL, measurements: MeasurementHub, logger: Logger) {
        let writer = PictureWriter(directory: directory, measurements: measurements, logger: logger)
        self.writer = writer
        // One that waits behind one that is drawn: where drawing is that slow, pictures are left out.
        backlog = Backlog(name: "pictures", limit: 1) { jobs, _ in
            // Of this thread alone, as Linux has it.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 15)
            for job in jobs { writer.write(job) }
        }
    }

    func add(_ job: Job) { backlog.add(job) }

    /// Draws the last pictures on the caller's thread, as the other may get no time on a machine that is busy, and returns when those
    /// before are drawn, too, or after some seconds.
    func finish(with job: Job?) {
        if let job { writer.write(job) }
        backlog.finish(within: .seconds(10))
    }
}
