import Experience
import Fields
public import Numbers

/// The actors that `train` starts, and what each of them may hold.
public struct ActorSettings: FieldGroup {
    /// Actor processes started on this host; others may join from elsewhere.
    public var count = 2
    /// Environments that each actor steps together.
    public var environmentsPerActor = 1
    /// Of the products of acting.
    public var precision = Precision.float32
    /// Bytes of unacknowledged trajectories that an actor keeps while the learner is away; then it pauses.
    public var outboxBytes = 64 << 20
    /// Steps in one trajectory: at most the usual number.
    public var trajectorySteps = Trajectory.usualSteps

    public static let fields: [Field<ActorSettings>] = [
        Field("count", \.count, .within(0...65_536)),
        Field("environments_per_actor", \.environmentsPerActor, .within(1...65_536)),
        Field("precision", \.precision),
        Field("outbox_bytes", \.outboxBytes),
        Field("trajectory_steps", \.trajectorySteps, .within(1...Trajectory.usualSteps)),
    ]

    public init() {}
}
