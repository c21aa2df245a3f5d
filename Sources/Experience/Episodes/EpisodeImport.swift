import Experience
import Foundation
import Replay
import TrajectoryCodec

/// Takes files of episodes into a replay, one after the other as one stream of steps. The same files are taken once only: a command
/// that was stopped goes on when it is given again.
public struct EpisodeImport {
    /// Name of the actor that they are stored under.
    public static let actor = "import"

    /// Trajectories that are stored together.
    private static let batch = 64

    private let store: ReplayStore
    private let vectors: [String]
    private let trajectorySteps: Int
    private let incarnation: UInt64
    private var sequence: UInt64 = 1
    private var position = StreamPosition(environment: 0, firstStep: 0)
    private var waiting: [IncomingTrajectory] = []
    /// Steps that the replay did not have yet.
    public private(set) var newSteps = 0

    /// - Parameters:
    ///   - files: all that will be added, in their order.
    ///   - vectors: arrays that are the observed numbers.
    public init(
        of files: [String], into store: ReplayStore, vectors: [String], trajectorySteps: Int
    ) throws(EpisodeFileError) {
        self.store = store
        self.vectors = vectors
        self.trajectorySteps = trajectorySteps
        // FNV-1a of all that they hold.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for path in files {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw EpisodeFileError("\(path) cannot be read")
            }
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        incarnation = hash
    }

    /// Adds a file; what does not fill a trajectory waits for the next.
    /// - Returns: its steps.
    public mutating func add(_ path: String) throws -> Int {
        let steps = try EpisodeFile.read(path, shape: store.shape, vectors: vectors)
        for start in stride(from: 0, to: steps.count, by: trajectorySteps) {
            let part = steps[start..<min(start + trajectorySteps, steps.count)]
            waiting.append(
                IncomingTrajectory(
                    key: TrajectoryKey(actor: Self.actor, incarnation: incarnation, sequence: sequence),
                    trajectory: TrajectoryCoder.encode(part, position: position)))
            sequence += 1
            position.firstStep += UInt64(part.count)
            if waiting.count == Self.batch { try finish() }
        }
        return steps.count
    }

    /// Stores what waits.
    public mutating func finish() throws {
        guard !waiting.isEmpty else { return }
        newSteps += try store.append(waiting).insertedSteps
        waiting = []
    }
}
