/// The learner as a process: where it listens, how much it uses and how often it saves.
public struct LearnerSettings: Codable, Sendable, Equatable {
    /// Address and port for actors.
    public var listen = "127.0.0.1:7400"
    /// Compute threads; 0 means one for each core.
    public var threads = 0
    /// Seconds between checkpoints.
    public var checkpointSeconds = 60.0
    /// Training steps between two broadcasts of the weights.
    public var publishEvery = 1
    /// Seconds between two lines of metrics.
    public var logEvery = 10.0
    /// Training steps in a row with losses or gradients that are not finite before the run ends.
    public var maxBadSteps = 10
    /// Uncompressed bytes of experience that one actor may have under way; nil: two trajectories of each environment.
    /// More lets an actor run ahead of training, and act with older weights.
    public var creditBytes: Int?
    /// Versions that the policy which chose a step may be behind the newest when the step arrives; nil for any number.
    public var stalenessLimit: Int?
    /// What is done about experience beyond that limit.
    public var stalenessAction = StalenessAction.warn

    public init() {}

    enum CodingKeys: String, CodingKey {
        case listen, threads
        case checkpointSeconds = "checkpoint_seconds"
        case publishEvery = "publish_every"
        case logEvery = "log_every"
        case maxBadSteps = "max_bad_steps"
        case creditBytes = "credit_bytes"
        case stalenessLimit = "staleness_limit"
        case stalenessAction = "staleness_action"
    }
}
