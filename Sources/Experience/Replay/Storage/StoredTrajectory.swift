import Experience
import TrajectoryCodec

/// A trajectory on its way into the database.
public struct IncomingTrajectory: Sendable {
    public var key: TrajectoryKey
    public var trajectory: EncodedTrajectory
    /// How many versions its oldest policy was behind the newest one when it arrived; nil where that is not known, or
    /// all was chosen at random.
    public var staleness: Int?

    public init(key: TrajectoryKey, trajectory: EncodedTrajectory, staleness: Int? = nil) {
        self.key = key
        self.trajectory = trajectory
        self.staleness = staleness
    }

    /// Compressed bytes.
    var bytes: Int { trajectory.byteCount }
}

/// What became of one trajectory. It may be acknowledged unless it is refused: it is, or was, stored, and can be read.
public enum StorageOutcome: Sendable, Equatable {
    case stored(id: Int64)
    /// The same key was stored before, even if it has left the replay since.
    case duplicate
    /// It is damaged, for the reason in one line, and was not stored.
    case refused(String)
}

/// One line of the table `trajectory`: what the index needs, without the payload.
public struct TrajectoryRecord: Sendable, Equatable {
    /// Rises with each stored trajectory; the lowest leaves first.
    public var id: Int64
    public var stream: StreamKey
    public var firstStep: UInt64
    public var steps: Int
    /// Compressed bytes.
    public var bytes: Int
    /// As in `IncomingTrajectory`.
    public var staleness: Int?

    public init(id: Int64, stream: StreamKey, firstStep: UInt64, steps: Int, bytes: Int, staleness: Int? = nil) {
        self.staleness = staleness
        self.id = id
        self.stream = stream
        self.firstStep = firstStep
        self.steps = steps
        self.bytes = bytes
    }
}

/// One environment of one incarnation of an actor: what consecutive steps belong to.
public struct StreamKey: Sendable, Hashable {
    public var actor: String
    public var incarnation: UInt64
    public var environment: Int

    public init(actor: String, incarnation: UInt64, environment: Int) {
        self.actor = actor
        self.incarnation = incarnation
        self.environment = environment
    }
}

/// What one commit changed.
public struct CommitResult: Sendable {
    /// One for each trajectory of the batch, in its order; none is refused.
    public var outcomes: [StorageOutcome]
    /// New in the replay, oldest first.
    public var stored: [TrajectoryRecord]
    /// Left the replay, oldest first; may include some of `stored`.
    public var evicted: [Int64]
    public var evictedSteps: Int

    public var insertedSteps: Int { stored.reduce(0) { $0 + $1.steps } }
}

/// Sizes of the replay and of all that ever went through it; kept in the database.
public struct StorageTotals: Sendable, Equatable {
    public var trajectories = 0
    public var steps = 0
    /// Compressed bytes.
    public var bytes = 0
    public var insertedTrajectories = 0
    public var insertedSteps = 0
    /// Of those, steps that went without leaving: with a replay that was moved away, or by damage.
    public var lostSteps = 0

    public var evictedTrajectories: Int { insertedTrajectories - trajectories }
    public var evictedSteps: Int { insertedSteps - steps }
}
