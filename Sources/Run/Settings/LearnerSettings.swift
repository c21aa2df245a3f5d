import Fields
public import Numbers

/// The learner as a process: where it listens, how much it uses and how often it saves.
public struct LearnerSettings: FieldGroup {
    /// Address and port for actors.
    public var listen = "127.0.0.1:7400"
    /// Compute threads; 0 means one for each processor that the process may use.
    public var threads = 0
    /// Of the products of a training step.
    public var precision = Precision.float32
    /// Seconds between checkpoints.
    public var checkpointSeconds = 60.0
    /// Newest checkpoints that are kept.
    public var keepCheckpoints = 2
    /// Training steps of which one checkpoint is kept for good, the first; nil for none.
    public var keepEverySteps: Int?
    /// Training steps between two broadcasts of the weights.
    public var publishEvery = 1
    /// Of weights on their way to actors.
    public var weightsPrecision = Precision.float32
    /// Seconds between two lines of metrics.
    public var logEvery = 10.0
    /// Seconds between two sets of pictures of what the world model sees; 0 for none.
    public var pictureSeconds = 300.0
    /// Whether an event file for TensorBoard is written.
    public var tensorboard = false
    /// Bytes that the file of metrics may have; where it would have more, half of its lines are dropped, evenly.
    public var metricsBytes = 256 << 20
    /// Of gradients on their way between the learners of a group.
    public var exchangePrecision = Precision.float32
    /// Seconds that a group of learners waits for one that has nothing to train on before it goes on without.
    public var groupWaitSeconds = 30.0
    /// Training steps in a row with losses or gradients that are not finite before the run ends.
    public var maxBadSteps = 10
    /// Uncompressed bytes of experience that one actor may have under way; nil: two trajectories of each environment.
    /// More lets an actor run ahead of training, and act with older weights.
    public var creditBytes: Int?
    /// Versions that the policy which chose a step may be behind the newest when the step arrives; nil for any number.
    public var stalenessLimit: Int?
    /// What is done about experience beyond that limit.
    public var stalenessAction = StalenessAction.warn

    public static let fields: [Field<LearnerSettings>] = [
        Field("listen", \.listen, Rule("must be address:port", hasPort)),
        Field("threads", \.threads, .within(0...1024)),
        Field("precision", \.precision),
        Field("checkpoint_seconds", \.checkpointSeconds, .positive),
        Field("keep_checkpoints", \.keepCheckpoints, .within(2...1_000_000)),
        Field("keep_every_steps", optional: \.keepEverySteps, .positive),
        Field("publish_every", \.publishEvery, .positive),
        Field("weights_precision", \.weightsPrecision),
        Field("log_every", \.logEvery, .positive),
        Field("picture_seconds", \.pictureSeconds, .notNegative),
        Field("tensorboard", \.tensorboard),
        Field("metrics_bytes", \.metricsBytes, .within(64 << 10...1 << 40)),
        Field("exchange_precision", \.exchangePrecision),
        Field("group_wait_seconds", \.groupWaitSeconds, .positive),
        Field("max_bad_steps", \.maxBadSteps, .positive),
        Field("credit_bytes", optional: \.creditBytes),
        Field("staleness_limit", optional: \.stalenessLimit, .positive),
        Field("staleness_action", \.stalenessAction),
    ]

    public init() {}

    /// "host:port" with a port from 0 to 65535; an IPv6 address stands in brackets.
    static func hasPort(_ address: String) -> Bool {
        guard let colon = address.lastIndex(of: ":"), colon != address.startIndex else { return false }
        return UInt16(address[address.index(after: colon)...]) != nil
    }
}
