/// The identity of a trajectory: what makes a re-sent one recognisable. Sequence numbers start at 1 in each
/// incarnation and rise by one.
public struct TrajectoryKey: Sendable, Hashable {
    /// Name of the actor, unique in the run and kept over restarts.
    public var actor: String
    /// Random number drawn at each start of the actor.
    public var incarnation: UInt64
    /// Position in everything that this incarnation has sent, over all its environments.
    public var sequence: UInt64

    public init(actor: String, incarnation: UInt64, sequence: UInt64) {
        self.actor = actor
        self.incarnation = incarnation
        self.sequence = sequence
    }
}

/// Where a trajectory continues: one environment of one incarnation of an actor is one stream of consecutive steps.
public struct StreamPosition: Sendable, Hashable {
    /// Number of the environment within its actor, from 0.
    public var environment: Int
    /// Position of the trajectory's first step in that environment's stream, from 0.
    public var firstStep: UInt64

    public init(environment: Int, firstStep: UInt64) {
        self.environment = environment
        self.firstStep = firstStep
    }
}
