/// What a stress test does.
public struct StressPlan: Sendable {
    /// Actor processes.
    public var actors = 8
    /// Connections of all actors together; each has its own name, thread and outbox, as an actor has.
    public var connections = 8
    public var payload = SyntheticPayload.game
    /// How long experience is taken.
    public var seconds = 60.0
    /// Trajectories that each connection may have under way, the learner's credit window: two for each environment, of
    /// which the actors of a run that is worth a test have about eight.
    public var window = 16
    /// Trajectories are compressed before the test instead of each when it is sent.
    public var isPrecompressed = false
    /// Whether batches are sampled meanwhile, and alone afterwards.
    public var samples = false
    /// Steps that the replay keeps; nil: all.
    public var capacity: Int?
    /// Size of the networks whose weights are sent to all connections once; nil: none.
    public var weights: String?
    /// Whether actors report how they are doing, and the learner publishes measurements, as in a run.
    public var reports = false
    /// Whether the learner serves its dashboard to one reader; only with reports.
    public var showsDashboard = false
    /// Connections besides, which read nothing from their admission on.
    public var stalled = 0

    public init() {}

    /// Connections of actor process `index`: as even as can be.
    public func connections(of index: Int) -> Int {
        connections / actors + (index < connections % actors ? 1 : 0)
    }
}
