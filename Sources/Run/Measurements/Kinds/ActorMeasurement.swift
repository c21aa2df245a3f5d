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
    /// What the learner knows of it; empty in lines of older programs.
    public var link: Link

    /// An actor's connection, as the learner sees it.
    public struct Link: Codable, Sendable, Equatable {
        /// How often it has come back.
        public var restarts: Int?
        /// Decompressed bytes that it may still send.
        public var creditBytes: Int?
        /// Seconds from a heartbeat to its answer, the last time; nil before the first.
        public var latencySeconds: Double?
        /// Why its last connection ended; nil where none has.
        public var lastEnd: String?

        public init(
            restarts: Int? = nil, creditBytes: Int? = nil, latencySeconds: Double? = nil, lastEnd: String? = nil
        ) {
            self.restarts = restarts
            self.creditBytes = creditBytes
            self.latencySeconds = latencySeconds
            self.lastEnd = lastEnd
        }

        enum CodingKeys: String, CodingKey {
            case restarts
            case creditBytes = "credit_bytes"
            case latencySeconds = "latency_seconds"
            case lastEnd = "last_end"
        }
    }

    public init(
        actor: String, connected: Bool, environmentSteps: UInt64, stepsPerSecond: Double, policyVersion: UInt64,
        newestVersion: UInt64, failures: UInt64 = 0, link: Link = Link()
    ) {
        self.actor = actor
        self.connected = connected
        self.environmentSteps = environmentSteps
        self.stepsPerSecond = stepsPerSecond
        self.policyVersion = policyVersion
        self.newestVersion = newestVersion
        self.failures = failures
        self.link = link
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        actor = try container.decode(String.self, forKey: .actor)
        connected = try container.decode(Bool.self, forKey: .connected)
        environmentSteps = try container.decode(UInt64.self, forKey: .environmentSteps)
        stepsPerSecond = try container.decode(Double.self, forKey: .stepsPerSecond)
        policyVersion = try container.decode(UInt64.self, forKey: .policyVersion)
        newestVersion = try container.decode(UInt64.self, forKey: .newestVersion)
        failures = try container.decodeIfPresent(UInt64.self, forKey: .failures)
        link = try Link(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(actor, forKey: .actor)
        try container.encode(connected, forKey: .connected)
        try container.encode(environmentSteps, forKey: .environmentSteps)
        try container.encode(stepsPerSecond, forKey: .stepsPerSecond)
        try container.encode(policyVersion, forKey: .policyVersion)
        try container.encode(newestVersion, forKey: .newestVersion)
        try container.encodeIfPresent(failures, forKey: .failures)
        try link.encode(to: encoder)
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
