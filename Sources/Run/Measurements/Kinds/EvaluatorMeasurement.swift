/// An evaluator has played one policy beside training, with fixed seeds.
public struct EvaluatorMeasurement: Codable, Sendable, Equatable {
    /// How actions were chosen: "sample" or "mode".
    public var policy: String
    /// Of the episodes.
    public var seed: Int
    /// How many were played.
    public var episodes: Int
    /// Those that were broken off because the evaluation had its time.
    public var unfinished: Int
    /// Those that are over because the environment failed; nil in files that older programs wrote.
    public var failed: Int?
    /// Mean of their undiscounted returns.
    public var mean: Double
    /// Of their returns, dividing by their number.
    public var standardDeviation: Double
    /// Mean of their agent steps.
    public var meanLength: Double
    /// Which policy played.
    public var policyVersion: UInt64
    /// Training steps behind that policy; nil where it was published too long ago to be known, as the next one is.
    public var trainSteps: Int?
    /// Agent steps of the run when it was published.
    public var agentSteps: Int?
    /// What the episodes' achievements come to; nil for a task without.
    public var achievementScore: Double?
    /// Those that were seen, each with the share of the episodes; nil for a task without.
    public var achievements: String?

    public init(
        policy: String, seed: Int, episodes: Int, unfinished: Int, failed: Int = 0, mean: Double,
        standardDeviation: Double,
        meanLength: Double, policyVersion: UInt64, trainSteps: Int?, agentSteps: Int?,
        rates: SuccessRates? = nil
    ) {
        self.policy = policy
        self.seed = seed
        self.episodes = episodes
        self.unfinished = unfinished
        self.failed = failed
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.meanLength = meanLength
        self.policyVersion = policyVersion
        self.trainSteps = trainSteps
        self.agentSteps = agentSteps
        achievementScore = rates?.score
        achievements = rates?.text
    }

    enum CodingKeys: String, CodingKey {
        case policy, seed, episodes, unfinished, failed, mean, achievements
        case achievementScore = "achievement_score"
        case standardDeviation = "standard_deviation"
        case meanLength = "mean_length"
        case policyVersion = "policy_version"
        case trainSteps = "train_steps"
        case agentSteps = "agent_steps"
    }
}
