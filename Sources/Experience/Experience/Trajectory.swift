/// Consecutive steps of one environment, column by column: the unit that is compressed, sent, acknowledged, stored and
/// evicted.
///
/// Step `t` carries the observation oₜ, the action aₜ₋₁ that led to it, the reward and flags received with it, and the
/// version of the policy that chose that action. Episodes follow each other in one stream; `first` marks the borders.
public struct Trajectory: Sendable, Equatable {
    /// Steps of a whole trajectory. A run may be told to send shorter ones, and the last of each stream may be shorter;
    /// what a receiver takes at most is `TrajectoryLimits.steps`.
    public static let usualSteps = 64

    public let shape: StepShape
    /// Pixels [steps, height, width, channels].
    public var images: [UInt8] = []
    /// Observed numbers [steps, vectorCount].
    public var vectors: [Float] = []
    /// Actions [steps, actionCount].
    public var actions: [Float] = []
    /// Rewards [steps].
    public var rewards: [Float] = []
    /// Flags [steps].
    public var flags: [StepFlags] = []
    /// Version of the policy that chose each action [steps]; 0 where it was chosen at random or there was none.
    public var policyVersions: [UInt64] = []

    public init(_ shape: StepShape) {
        self.shape = shape
    }

    public var count: Int { rewards.count }

    public mutating func append(_ observation: Observation, action: Action, policyVersion: UInt64) {
        precondition(
            observation.image.count == shape.image.count && observation.vector.count == shape.vectorCount
                && action.vector.count == shape.actionCount,
            "a step of \(observation.image.count) bytes, \(observation.vector.count) numbers and "
                + "\(action.vector.count) action values does not fit a trajectory of \(shape)")
        images += observation.image
        vectors += observation.vector
        actions += action.vector
        rewards.append(observation.reward)
        flags.append(observation.flags)
        policyVersions.append(policyVersion)
    }

    public mutating func removeAll() {
        images.removeAll(keepingCapacity: true)
        vectors.removeAll(keepingCapacity: true)
        actions.removeAll(keepingCapacity: true)
        rewards.removeAll(keepingCapacity: true)
        flags.removeAll(keepingCapacity: true)
        policyVersions.removeAll(keepingCapacity: true)
    }
}
