import Files
import Foundation
import Runs

/// The checkpoint of a run that has been evaluated best, kept whatever becomes of the others: a copy and what it has reached.
public struct BestCheckpoint: Codable, Sendable, Equatable {
    public var trainSteps: Int
    /// Mean return.
    public var mean: Double
    public var episodes: Int

    public init(trainSteps: Int, mean: Double, episodes: Int) {
        self.trainSteps = trainSteps
        self.mean = mean
        self.episodes = episodes
    }

    enum CodingKeys: String, CodingKey {
        case mean, episodes
        case trainSteps = "train_steps"
    }

    /// Nil where none has been evaluated.
    public static func recorded(in run: RunDirectory) -> BestCheckpoint? {
        (try? Data(contentsOf: note(of: run))).flatMap { try? JSONDecoder().decode(BestCheckpoint.self, from: $0) }
    }

    /// Keeps `file` where this is better than all before it.
    /// - Returns: whether it is.
    public func keep(_ file: URL, in run: RunDirectory) throws -> Bool {
        if let best = Self.recorded(in: run), best.mean >= mean { return false }
        let kept = Checkpoint.best(in: run.checkpoints)
        if file != kept {
            let copy = kept.appendingPathExtension("partial")
            try? FileManager.default.removeItem(at: copy)
            // Neither is ever changed in its place: two names are enough, where the file system has them.
            do { try FileManager.default.linkItem(at: file, to: copy) } catch {
                try FileManager.default.copyItem(at: file, to: copy)
            }
            try DurableFile.rename(copy.path, to: kept.path)
        }
        try DurableFile.replace(Self.note(of: run).path, with: try JSONEncoder().encode(self))
        return true
    }

    private static func note(of run: RunDirectory) -> URL { run.checkpoints.appendingPathComponent("best.json") }
}
