import Experience
import TrajectoryCodec
import Wire

/// What stands behind a `LearnerServer`. All methods are called on its event loop and must return at once.
public protocol LearnerEndpoint: AnyObject, Sendable {
    /// A client whose protocol version, run id, token and name are right wants in. A newer connection of the same actor
    /// replaces the older: `join` is called again, without `left` in between.
    /// - Throws: `Refusal` to turn it away.
    func join(_ hello: Hello) throws(Refusal) -> Admission

    /// Stores a trajectory whose header and checksum are right. An endpoint that has no room for another one says so with
    /// `LearnerServer.throttle(_:)` before it returns; nothing more is read from admitted actors then.
    /// - Returns: what became of it, where that is known at once; nil where `LearnerServer.settle(_:)` will say so.
    func receive(_ trajectory: EncodedTrajectory, key: TrajectoryKey) -> Settlement.Outcome?

    func receive(_ report: ActorReport, from actor: String)

    /// The last connection of `actor` is gone.
    func left(_ actor: String, incarnation: UInt64, reason: String)
}

/// What an admitted actor is told.
public struct Admission: Sendable, Equatable {
    /// Number of this actor in the run, from 0.
    public var actorIndex: UInt32
    /// Configuration of the whole run, YAML, at most 60 KiB.
    public var configuration: String
    /// Seed of this actor's random numbers.
    public var seed: UInt64
    /// Size of the credit window: decompressed bytes of trajectories that may be under way without having been granted
    /// again.
    public var creditBytes: Int
    /// All trajectories of this incarnation up to this sequence number are, or were, stored; 0: none.
    public var storedThrough: UInt64

    public init(actorIndex: UInt32, configuration: String, seed: UInt64, creditBytes: Int, storedThrough: UInt64) {
        self.actorIndex = actorIndex
        self.configuration = configuration
        self.seed = seed
        self.creditBytes = creditBytes
        self.storedThrough = storedThrough
    }
}
