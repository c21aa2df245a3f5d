import Files
import Foundation
import Logging
import Measurements
import Visions

/// Writes pictures, `KIND-STEP.png` and `.gif`, and keeps the newest of each kind.
struct PictureWriter: Sendable {
    /// Of each kind, in both forms.
    static let kept = 10

    let directory: URL
    let measurements: MeasurementHub
    let logger: Logger

    /// - Parameters:
    ///   - directory: may hold what a process that was killed has left half-written: it goes.
    ///   - measurements: hear of each picture.
    init(directory: URL, measurements: MeasurementHub, logger: Logger) {
        (self.directory, self.measurements, self.logger) = (directory, measurements, logger)
        remove { $0.hasSuffix(".partial") }
    }

    /// Where that cannot be, it is a line in the log.
    func write(_ job: PictureStudio.Job) {
        do {
            for picture in try draw(job) { measurements.publish(.picture(picture)) }
        } catch {
            logger.warning("no pictures could be written: \(error)")
        }
    }

    private func draw(_ job: PictureStudio.Job) throws -> [PictureMeasurement] {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return try job.sets.map { set in
            let name = String(format: "\(set.drawn.kind.rawValue)-%08d", job.trainSteps)
            let drawing = VisionDrawing(set.drawn)
            let files = [("\(name).png", drawing.png()), ("\(name).gif", drawing.gif())]
            for (file, bytes) in files {
                try DurableFile.replace(directory.appendingPathComponent(file).path, with: bytes)
            }
            prune(set.drawn.kind)
            let place = directory.lastPathComponent
            let errors = set.hallucination?.all
            return PictureMeasurement(
                picture: set.drawn.kind.rawValue, png: "\(place)/\(files[0].0)", gif: "\(place)/\(files[1].0)",
                trainSteps: job.trainSteps, agentSteps: job.agentSteps, inside: errors?.inside,
                outside: errors?.outside, frozen: errors?.frozen, invented: errors?.invented)
        }
    }

    private func prune(_ kind: VisionKind) {
        for ending in [".png", ".gif"] {
            let all = names.filter { $0.hasPrefix("\(kind.rawValue)-") && $0.hasSuffix(ending) }.sorted()
            remove(Set(all.dropLast(Self.kept)).contains)
        }
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? [] }

    private func remove(_ isOld: (String) -> Bool) {
        for name in names where isOld(name) {
            try? FileManager.default.removeItem(at: directory.appendingPathComponent(name))
        }
    }
}
