import Experience
import Foundation
import Replay
import TrajectoryCodec

/// Takes files of episodes into a replay, one after the other as one stream of steps. The same files are taken once only: a command
/// that was stopped goes on when it is given again.
public struct EpisodeImport {
    /// Name of the actor that they are stored under.
    public static let actor = "import"

    /// Which episodes go where, so that they are not trained on.
    public struct HeldOut {
        /// Of so many episodes, one.
        let every: Int
        let store: ReplayStore

        public init(every: Int, in store: ReplayStore) {
            precondition(every > 1, "all episodes would be held out")
            (self.every, self.store) = (every, store)
        }
    }

    private let shape: StepShape
    private let vectors: [String]
    private let every: Int?
    private var trained: EpisodeStream
    private var heldOut: EpisodeStream?
    /// That have begun.
    private var episodes = 0

    /// - Parameters:
    ///   - files: all that will be added, in their order.
    ///   - vectors: arrays that are the observed numbers.
    ///   - heldOut: nil where all are trained on.
    public init(
        of files: [String], into store: ReplayStore, vectors: [String], trajectorySteps: Int,
        keeping heldOut: HeldOut? = nil
    ) throws(EpisodeFileError) {
        shape = store.shape
        self.vectors = vectors
        every = heldOut?.every
        // FNV-1a of all that they hold, and of how it is divided.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(heldOut?.every ?? 0)
        for path in files {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw EpisodeFileError("\(path) cannot be read")
            }
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        trained = EpisodeStream(store, incarnation: hash, trajectorySteps: trajectorySteps)
        self.heldOut = heldOut.map { EpisodeStream($0.store, incarnation: hash, trajectorySteps: trajectorySteps) }
    }

    /// Steps that the replays did not have yet.
    public var newSteps: Int { trained.newSteps + (heldOut?.newSteps ?? 0) }

    /// Adds a file; what waits is stored with what follows.
    /// - Returns: its steps.
    public mutating func add(_ path: String) throws -> Int {
        let steps = try EpisodeFile.read(path, shape: shape, vectors: vectors)
        for part in parts(of: steps) {
            if part.isHeldOut { try heldOut?.add(steps[part.steps]) } else { try trained.add(steps[part.steps]) }
        }
        return steps.count
    }

    /// Stores what waits.
    public mutating func finish() throws {
        try trained.finish()
        try heldOut?.finish()
    }

    /// Consecutive steps that go to the same replay.
    private mutating func parts(of steps: Trajectory) -> [(steps: Range<Int>, isHeldOut: Bool)] {
        guard let every else { return [(0..<steps.count, false)] }
        var parts: [(steps: Range<Int>, isHeldOut: Bool)] = []
        for (step, flags) in steps.flags.enumerated() {
            if flags.contains(.first) { episodes += 1 }
            let isHeldOut = episodes % every == 0
            if let last = parts.last, last.isHeldOut == isHeldOut {
                parts[parts.count - 1].steps = last.steps.lowerBound..<step + 1
            } else {
                parts.append((step..<step + 1, isHeldOut))
            }
        }
        return parts
    }
}
