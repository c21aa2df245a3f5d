/// Where a run stands at one moment: what the terminal, the dashboard and `inspect` show.
public struct ProgressSnapshot: Codable, Sendable, Equatable {
    public struct Loss: Codable, Sendable, Equatable {
        public var name: String
        public var value: Double

        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// What is running: "catch · dymodreamer".
    public var title = ""
    /// Agent steps stored so far, and when the run is over.
    public var agentSteps = 0
    public var targetSteps = 0
    /// Frames that the environments have shown, action repeats counted.
    public var environmentFrames = 0
    /// Agent steps per second, recently.
    public var stepsPerSecond = 0.0
    public var trainSteps = 0
    /// Those that were left out because a loss or a gradient was not finite.
    public var skippedSteps = 0
    /// Training steps per second, recently.
    public var trainStepsPerSecond = 0.0
    /// Replayed steps per agent step: what was asked for, and what it is since training started.
    public var replayRatio = 0.0
    public var actualReplayRatio: Double?
    /// Mean return of recent episodes; nil before the first is over.
    public var recentReturn: Double?
    public var episodes = 0
    /// In the order in which they are shown.
    public var losses: [Loss] = []
    public var policyVersion: UInt64 = 0
    /// How many versions behind the newest the policy was that chose the steps, recently.
    public var meanStaleness: Double?
    public var maximumStaleness: Double?
    public var actorsConnected = 0
    public var actorsExpected = 0
    /// Who waits for whom; empty when nobody does.
    public var waiting = ""
    /// Seconds until the target at the recent speed; nil while unknown.
    public var secondsLeft: Double?
    /// Seconds since the run started.
    public var elapsedSeconds = 0.0

    public init() {}

    enum CodingKeys: String, CodingKey {
        case title, episodes, losses, waiting
        case agentSteps = "agent_steps"
        case targetSteps = "target_steps"
        case environmentFrames = "environment_frames"
        case stepsPerSecond = "steps_per_second"
        case trainSteps = "train_steps"
        case skippedSteps = "skipped_steps"
        case trainStepsPerSecond = "train_steps_per_second"
        case replayRatio = "replay_ratio"
        case actualReplayRatio = "actual_replay_ratio"
        case recentReturn = "recent_return"
        case policyVersion = "policy_version"
        case meanStaleness = "mean_staleness"
        case maximumStaleness = "maximum_staleness"
        case actorsConnected = "actors_connected"
        case actorsExpected = "actors_expected"
        case secondsLeft = "seconds_left"
        case elapsedSeconds = "elapsed_seconds"
    }

    /// Share of the agent steps that are done, 0…1.
    public var fraction: Double {
        targetSteps > 0 ? min(1, max(0, Double(agentSteps) / Double(targetSteps))) : 0
    }
}
