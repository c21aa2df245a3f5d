import Experience
import Replay
import TrajectoryCodec

/// Steps on their way into a replay, one after the other.
struct EpisodeStream {
    /// Trajectories that are stored together.
    private static let batch = 64

    private let store: ReplayStore
    private let incarnation: UInt64
    private let trajectorySteps: Int
    private var sequence: UInt64 = 1
    private var position = StreamPosition(environment: 0, firstStep: 0)
    private var waiting: [IncomingTrajectory] = []
    /// Steps that the replay did not have yet.
    private(set) var newSteps = 0

    /// - Parameter incarnation: what makes these steps others than those of another import.
    init(_ store: ReplayStore, incarnation: UInt64, trajectorySteps: Int) {
        (self.store, self.incarnation, self.trajectorySteps) = (store, incarnation, trajectorySteps)
    }

    mutating func add(_ steps: Trajectory) throws {
        for start in stride(from: 0, to: steps.count, by: trajectorySteps) {
            let part = steps[start..<min(start + trajectorySteps, steps.count)]
            waiting.append(
                IncomingTrajectory(
                    key: TrajectoryKey(actor: EpisodeImport.actor, incarnation: incarnation, sequence: sequence),
                    trajectory: TrajectoryCoder.encode(part, position: position)))
            sequence += 1
            position.firstStep += UInt64(part.count)
            if waiting.count == Self.batch { try finish() }
        }
    }

    /// Stores what waits.
    mutating func finish() throws {
        guard !waiting.isEmpty else { return }
        newSteps += try store.append(waiting).insertedSteps
        waiting = []
    }
}
