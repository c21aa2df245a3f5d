/// Where training stands: a part of the measurements of progress and of training.
public struct TrainingState: Codable, Sendable, Equatable {
    /// Training steps of the run so far.
    public var trainSteps: Int
    /// Those that were left out because a loss or a gradient was not finite; nil in files that older programs wrote.
    public var skippedSteps: Int?
    /// Training steps per second, recently.
    public var trainStepsPerSecond: Double
    /// Newest policy.
    public var policyVersion: UInt64
    /// Agent steps of the run that are stored or were.
    public var agentSteps: Int
    /// Steps that were replayed.
    public var replayedSteps: Int

    public init(
        trainSteps: Int, skippedSteps: Int?, trainStepsPerSecond: Double, policyVersion: UInt64, agentSteps: Int,
        replayedSteps: Int
    ) {
        self.trainSteps = trainSteps
        self.skippedSteps = skippedSteps
        self.trainStepsPerSecond = trainStepsPerSecond
        self.policyVersion = policyVersion
        self.agentSteps = agentSteps
        self.replayedSteps = replayedSteps
    }

    enum CodingKeys: String, CodingKey {
        case trainSteps = "train_steps"
        case skippedSteps = "skipped_steps"
        case trainStepsPerSecond = "train_steps_per_second"
        case policyVersion = "policy_version"
        case agentSteps = "agent_steps"
        case replayedSteps = "replayed_steps"
    }
}
