/// An actor played an episode to its end.
public struct EpisodeMeasurement: Codable, Sendable, Equatable {
    /// Name of the actor.
    public var actor: String
    /// Number of the environment within its actor, from 0.
    public var environment: Int
    /// Undiscounted sum of rewards.
    public var episodeReturn: Double
    /// Agent steps of the episode.
    public var length: UInt64
    /// Policy that chose its last action; 0 for chance.
    public var policyVersion: UInt64
    /// Agent steps of the run that were stored when the report arrived.
    public var agentSteps: Int
    /// Whether it is over because the environment failed; nil in files that older programs wrote.
    public var failed: Bool?
    /// Names of what it has achieved, with spaces between them; nil for a task without achievements.
    public var achievements: String?

    public init(
        actor: String, environment: Int, episodeReturn: Double, length: UInt64, policyVersion: UInt64, agentSteps: Int,
        failed: Bool = false, achievements: String? = nil
    ) {
        self.actor = actor
        self.environment = environment
        self.episodeReturn = episodeReturn
        self.length = length
        self.policyVersion = policyVersion
        self.agentSteps = agentSteps
        self.failed = failed
        self.achievements = achievements
    }

    enum CodingKeys: String, CodingKey {
        case actor, environment, length, failed, achievements
        case episodeReturn = "return"
        case policyVersion = "policy_version"
        case agentSteps = "agent_steps"
    }
}
