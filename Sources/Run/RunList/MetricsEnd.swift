import Foundation
import Measurements

/// What the last lines of a run's metrics say.
struct MetricsEnd {
    /// Bytes that are looked at: some thousand lines.
    private static let length: UInt64 = 1 << 20

    var agentSteps = 0, trainSteps = 0
    /// Of training episodes that ended by themselves.
    var returns: [Double] = []
    /// Mean return of the last evaluation of a policy.
    var evaluation: Double?
    var touched = 0.0
    var isEmpty = true

    /// - Parameter file: may be missing.
    init(_ file: URL) throws {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return }
        let end = try handle.seekToEnd()
        try handle.seek(toOffset: end > Self.length ? end - Self.length : 0)
        let lines = (try handle.readToEnd() ?? Data()).split(separator: UInt8(ascii: "\n"))
        // The first may be cut.
        for line in lines.dropFirst(end > Self.length ? 1 : 0) {
            guard let record = MeasurementRecord(json: line) else { continue }
            touched = record.time
            isEmpty = false
            add(record.measurement)
        }
    }

    private mutating func add(_ measurement: RunMeasurement) {
        switch measurement {
        case .progress(let progress): reach(progress.training)
        case .training(let training): reach(training.state)
        case .episode(let episode):
            if episode.failed != true, episode.episodeReturn.isFinite { returns.append(episode.episodeReturn) }
        case .evaluation(let result):
            trainSteps = max(trainSteps, result.trainSteps ?? 0)
            if result.policy != "random", result.mean.isFinite { evaluation = result.mean }
        default: break
        }
    }

    private mutating func reach(_ state: TrainingState) {
        agentSteps = max(agentSteps, state.agentSteps)
        trainSteps = max(trainSteps, state.trainSteps)
    }
}
