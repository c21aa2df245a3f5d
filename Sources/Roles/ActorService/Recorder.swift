import Experience
import TrajectoryCodec

/// Cuts one environment's stream of steps into trajectories.
struct Recorder {
    private var trajectory: Trajectory
    private var position: StreamPosition
    private let steps: Int

    /// - Parameters:
    ///   - environment: its number within the actor.
    ///   - steps: length of a full trajectory.
    ///   - firstStep: position of the first step in the environment's stream.
    init(environment: Int, shape: StepShape, steps: Int, firstStep: UInt64 = 0) {
        trajectory = Trajectory(shape)
        position = StreamPosition(environment: environment, firstStep: firstStep)
        self.steps = steps
    }

    /// Position of the first step that is in no trajectory yet.
    var nextStep: UInt64 { position.firstStep + UInt64(trajectory.count) }

    /// Adds a step; returns the trajectory that it completes.
    mutating func append(
        _ observation: Observation, action: Action, policyVersion: UInt64
    ) -> EncodedTrajectory? {
        trajectory.append(observation, action: action, policyVersion: policyVersion)
        return trajectory.count < steps ? nil : cut()
    }

    /// What has been recorded since the last full trajectory, if anything.
    mutating func flush() -> EncodedTrajectory? {
        trajectory.count == 0 ? nil : cut()
    }

    private mutating func cut() -> EncodedTrajectory {
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        position.firstStep += UInt64(trajectory.count)
        trajectory.removeAll()
        return encoded
    }
}
