/// What an actor tells about itself.
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

        public init(environment: Int, episodeReturn: Double, length: UInt64, policyVersion: UInt64) {
            self.environment = environment
            self.episodeReturn = episodeReturn
            self.length = length
            self.policyVersion = policyVersion
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

    public init(
        environmentSteps: UInt64, stepsPerSecond: Double, policyVersion: UInt64, episodes: [Episode] = []
    ) {
        self.environmentSteps = environmentSteps
        self.stepsPerSecond = stepsPerSecond
        self.policyVersion = policyVersion
        self.episodes = episodes
    }
}
