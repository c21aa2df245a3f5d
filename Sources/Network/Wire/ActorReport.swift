import CWireMessages
import Experience

/// What an actor tells about itself, or an evaluator about one evaluation: its episodes.
public struct ActorReport: Sendable, Equatable {
    /// An episode that has ended.
    public struct Episode: Sendable, Equatable {
        /// Number of the environment within its actor, from 0.
        public var environment: Int
        /// Undiscounted sum of rewards.
        public var episodeReturn: Double
        /// Agent steps.
        public var length: UInt64
        /// Policy that chose its last action.
        public var policyVersion: UInt64
        /// Whether it was broken off because an evaluation had its time.
        public var isUnfinished: Bool
        /// Whether it is over because its environment failed.
        public var hasFailed: Bool
        /// What it has achieved.
        public var achievements: Achievements

        public init(
            environment: Int, episodeReturn: Double, length: UInt64, policyVersion: UInt64, isUnfinished: Bool = false,
            hasFailed: Bool = false, achievements: Achievements = Achievements()
        ) {
            self.environment = environment
            self.episodeReturn = episodeReturn
            self.length = length
            self.policyVersion = policyVersion
            self.isUnfinished = isUnfinished
            self.hasFailed = hasFailed
            self.achievements = achievements
        }
    }

    /// Most episodes in one message.
    public static let maximumEpisodes = 1024

    /// Agent steps, before action repeat, since the incarnation began.
    public var environmentSteps: UInt64
    public var stepsPerSecond: Double
    /// Policy in use.
    public var policyVersion: UInt64
    /// Episodes that ended since the last report.
    public var episodes: [Episode]
    /// Failures of its environments, which were made again, since the incarnation began.
    public var failures: UInt64

    public init(
        environmentSteps: UInt64, stepsPerSecond: Double, policyVersion: UInt64, episodes: [Episode] = [],
        failures: UInt64 = 0
    ) {
        self.environmentSteps = environmentSteps
        self.stepsPerSecond = stepsPerSecond
        self.policyVersion = policyVersion
        self.episodes = episodes
        self.failures = failures
    }
}

extension ActorReport: WireMessage {
    static let declaration = MessageDeclaration(.report, in: [.fromActor], bytes: 64 << 10)
    var wrapped: Message { .report(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Report>) -> Void { wire__report__init }

    func fill(_ packed: inout Wire__Report, _ arena: PackingArena) {
        packed.environment_steps = environmentSteps
        packed.steps_per_second = stepsPerSecond
        packed.policy_version = policyVersion
        packed.episodes = arena.messages(episodes)
        packed.n_episodes = episodes.count
        packed.failures = failures
    }

    init(_ packed: Wire__Report) throws(WireError) {
        guard packed.n_episodes <= Self.maximumEpisodes else {
            throw .field(.report, "\(packed.n_episodes) episodes are more than \(Self.maximumEpisodes)")
        }
        guard !(packed.steps_per_second < 0) else {
            throw .field(.report, "steps_per_second is \(packed.steps_per_second)")
        }
        self.init(
            environmentSteps: try Self.count(packed.environment_steps, "environment_steps"),
            stepsPerSecond: try Self.number(packed.steps_per_second, "steps_per_second"),
            policyVersion: try Self.count(packed.policy_version, "policy_version"),
            episodes: try Self.list(packed.n_episodes, packed.episodes, of: Episode.self),
            failures: try Self.count(packed.failures, "failures"))
    }
}

extension ActorReport.Episode: Packable {
    static var type: MessageType { .report }
    static var initialize: (UnsafeMutablePointer<Wire__Episode>) -> Void { wire__episode__init }

    func fill(_ packed: inout Wire__Episode, _ arena: PackingArena) {
        packed.environment = UInt32(environment)
        packed.episode_return = episodeReturn
        packed.length = length
        packed.policy_version = policyVersion
        packed.is_unfinished = isUnfinished ? 1 : 0
        packed.has_failed = hasFailed ? 1 : 0
        packed.achievements = achievements.bits
    }

    init(_ packed: Wire__Episode) throws(WireError) {
        self.init(
            environment: Int(packed.environment),
            episodeReturn: try Self.number(packed.episode_return, "episode_return"),
            length: try Self.count(packed.length, "length"),
            policyVersion: try Self.count(packed.policy_version, "policy_version"),
            isUnfinished: packed.is_unfinished != 0, hasFailed: packed.has_failed != 0,
            achievements: Achievements(bits: packed.achievements))
    }
}
