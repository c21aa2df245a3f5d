/// Episodes that were played with fixed seeds and no learning.
public struct EvaluationMeasurement: Codable, Sendable, Equatable {
    /// How actions were chosen: "sample", "mode" or "random"; nil in files that older programs wrote.
    public var policy: String?
    /// Of the episodes; nil in files that older programs wrote.
    public var seed: Int?
    /// How many were played.
    public var episodes: Int
    /// Those that were broken off because the evaluation had its time; nil in files that older programs wrote.
    public var unfinished: Int?
    /// Those that are over because the environment failed; nil in files that older programs wrote.
    public var failed: Int?
    /// Mean of their undiscounted returns.
    public var mean: Double
    /// Of their returns, dividing by their number.
    public var standardDeviation: Double
    /// Training steps of the policy that played; nil for random play.
    public var trainSteps: Int?
    /// What the episodes' achievements come to; nil for a task without.
    public var achievementScore: Double?
    /// Those that were seen, each with the share of the episodes; nil for a task without.
    public var achievements: String?

    public init(
        policy: String, seed: Int, episodes: Int, unfinished: Int, failed: Int = 0, mean: Double,
        standardDeviation: Double,
        trainSteps: Int?,
        rates: SuccessRates? = nil
    ) {
        self.policy = policy
        self.seed = seed
        self.episodes = episodes
        self.unfinished = unfinished
        self.failed = failed
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.trainSteps = trainSteps
        achievementScore = rates?.score
        achievements = rates?.text
    }

    enum CodingKeys: String, CodingKey {
        case policy, seed, episodes, unfinished, failed, mean, achievements
        case achievementScore = "achievement_score"
        case standardDeviation = "standard_deviation"
        case trainSteps = "train_steps"
    }
}
