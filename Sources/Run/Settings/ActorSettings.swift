import Experience

/// The actors that `train` starts, and what each of them may hold.
public struct ActorSettings: Codable, Sendable, Equatable {
    /// Actor processes started on this host; others may join from elsewhere.
    public var count = 2
    /// Environments that each actor steps together.
    public var environmentsPerActor = 1
    /// Bytes of unacknowledged trajectories that an actor keeps while the learner is away; then it pauses.
    public var outboxBytes = 64 << 20
    /// Steps in one trajectory: at most the usual number.
    public var trajectorySteps = Trajectory.usualSteps

    public init() {}

    enum CodingKeys: String, CodingKey {
        case count
        case environmentsPerActor = "environments_per_actor"
        case outboxBytes = "outbox_bytes"
        case trajectorySteps = "trajectory_steps"
    }
}
