import Foundation
import Measurements

extension BoardEvent {
    /// What a number is drawn over, by the key that says it.
    enum Progress: String, Sendable {
        case agentSteps = "agent_steps"
        case trainingSteps = "train_steps"
    }

    /// What is shown of an episode; the rest of its line are names.
    private static let ofEpisodes: Set = ["return", "length"]

    /// The numbers of a measurement, each under its kind and key as in `metrics.jsonl`: "train/loss.image". Nil for what has
    /// none, and for single actors, of which there may be a thousand.
    /// - Parameters:
    ///   - step: where the measurement does not say.
    ///   - progress: what is counted.
    ///   - read: gives the files that it names.
    init?(
        _ record: MeasurementRecord, step: Int, by progress: Progress = .agentSteps, read: (String) -> [UInt8]?
    ) {
        let fields = Self.fields(record)
        var tags = record.measurement.kind.rawValue
        var images: [(String, Content)] = []
        switch record.measurement {
        case .start, .actor: return nil
        case .picture(let picture):
            tags = picture.picture
            images = [("strip", picture.png), ("animation", picture.gif)].compactMap { name, file in
                read(file).flatMap(BoardImage.init).map { ("\(tags)/\(name)", .image($0)) }
            }
        default: break
        }
        let isEpisode = record.measurement.kind == .episode
        let numbers = fields.filter { $0.key != "time" && $0.key != "agent_steps" }
            .filter { !isEpisode || Self.ofEpisodes.contains($0.key) }
            .sorted { $0.key < $1.key }
            .map { ("\(tags)/\($0.key)", Content.number(Float($0.value))) }
        time = record.time
        self.step = fields[progress.rawValue].map { Int($0) } ?? step
        values = (numbers + images).map { (tag: $0.0, content: $0.1) }
        if values.isEmpty { return nil }
    }

    /// All fields that are numbers.
    private static func fields(_ record: MeasurementRecord) -> [String: Double] {
        let object = try? JSONSerialization.jsonObject(with: Data(record.json.utf8)) as? [String: Any]
        return (object ?? [:]).compactMapValues { ($0 as? NSNumber)?.doubleValue }
    }
}
