/// What the replay holds and has given: a sample.
public struct ReplayMeasurement: Codable, Sendable, Equatable {
    /// Agent steps of the run that are stored or were.
    public var agentSteps: Int
    /// Agent steps that are in the database.
    public var storedSteps: Int
    /// Trajectories that are in the database.
    public var trajectories: Int
    /// Compressed bytes that are in the database.
    public var bytes: Int
    /// Steps that were replayed.
    public var replayedSteps: Int
    /// Replayed steps for each agent step after the prefill; nil during the prefill.
    public var replayRatio: Double?
    /// What it is to be.
    public var replayRatioConfigured: Double
    /// Trajectories in the database that are damaged, and not replayed; nil in lines of older programs.
    public var damagedTrajectories: Int?
    /// Seconds, of this learner's time, for which nothing could be sampled as actors had not brought enough; nil in lines of
    /// older programs, as the next.
    public var samplerWaitedSeconds: Double?
    /// Seconds for which actors were held back as training was behind the replay ratio.
    public var actorsWaitedSeconds: Double?

    public init(
        agentSteps: Int, storedSteps: Int, trajectories: Int, bytes: Int, replayedSteps: Int, replayRatio: Double?,
        replayRatioConfigured: Double, damagedTrajectories: Int?, samplerWaitedSeconds: Double? = nil,
        actorsWaitedSeconds: Double? = nil
    ) {
        self.agentSteps = agentSteps
        self.storedSteps = storedSteps
        self.trajectories = trajectories
        self.bytes = bytes
        self.replayedSteps = replayedSteps
        self.replayRatio = replayRatio
        self.replayRatioConfigured = replayRatioConfigured
        self.damagedTrajectories = damagedTrajectories
        self.samplerWaitedSeconds = samplerWaitedSeconds
        self.actorsWaitedSeconds = actorsWaitedSeconds
    }

    enum CodingKeys: String, CodingKey {
        case trajectories, bytes
        case agentSteps = "agent_steps"
        case storedSteps = "stored_steps"
        case replayedSteps = "replayed_steps"
        case replayRatio = "replay_ratio"
        case replayRatioConfigured = "replay_ratio_configured"
        case damagedTrajectories = "damaged_trajectories"
        case samplerWaitedSeconds = "sampler_waited_seconds"
        case actorsWaitedSeconds = "actors_waited_seconds"
    }
}
