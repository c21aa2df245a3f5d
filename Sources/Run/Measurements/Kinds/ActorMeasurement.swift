/// How one actor is doing: a sample for each that has reported.
public struct ActorMeasurement: Codable, Sendable, Equatable {
    /// Name of the actor.
    public var actor: String
    /// Whether there is a connection.
    public var connected: Bool
    /// Agent steps that it has taken in this learner's time, stored or not.
    public var environmentSteps: UInt64
    /// Agent steps per second, as it last reported.
    public var stepsPerSecond: Double
    /// Policy in use, as it last reported; 0 for chance.
    public var policyVersion: UInt64
    /// Newest policy.
    public var newestVersion: UInt64
    /// Failures of its environments since it started, as it last reported; nil in lines of older programs.
    public var failures: UInt64?

    public init(
        actor: String, connected: Bool, environmentSteps: UInt64, stepsPerSecond: Double, policyVersion: UInt64,
        newestVersion: UInt64, failures: UInt64 = 0
    ) {
        self.actor = actor
        self.connected = connected
        self.environmentSteps = environmentSteps
        self.stepsPerSecond = stepsPerSecond
        self.policyVersion = policyVersion
        self.newestVersion = newestVersion
        self.failures = failures
    }

    /// Versions that the actor's policy is behind the newest; nil while it plays by chance.
    public var staleness: Double? {
        // A learner that went back to a checkpoint has lower versions than actors that are still there.
        policyVersion > 0 ? Double(newestVersion - min(newestVersion, policyVersion)) : nil
    }

    enum CodingKeys: String, CodingKey {
        case actor, connected, failures
        case environmentSteps = "environment_steps"
        case stepsPerSecond = "steps_per_second"
        case policyVersion = "policy_version"
        case newestVersion = "newest_version"
    }
}
