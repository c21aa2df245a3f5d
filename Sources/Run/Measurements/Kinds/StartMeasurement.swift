/// A learner began to work on a run, for the first time or again.
public struct StartMeasurement: Codable, Sendable, Equatable {
    /// What is played, as `environment.id` says it.
    public var environment: String
    /// Name of the agent.
    public var agent: String
    /// Agent steps after which the run is over.
    public var targetSteps: Int
    /// Frames of the environment that one agent step takes.
    public var actionRepeat: Int
    /// Actors that are expected.
    public var actors: Int
    /// Training steps after which a run without actors is over; nil for a run that plays.
    public var targetTrainSteps: Int?

    public init(
        environment: String, agent: String, targetSteps: Int, actionRepeat: Int, actors: Int,
        targetTrainSteps: Int? = nil
    ) {
        self.environment = environment
        self.agent = agent
        self.targetSteps = targetSteps
        self.actionRepeat = actionRepeat
        self.actors = actors
        self.targetTrainSteps = targetTrainSteps
    }

    enum CodingKeys: String, CodingKey {
        case environment, agent, actors
        case targetSteps = "target_steps"
        case actionRepeat = "action_repeat"
        case targetTrainSteps = "target_train_steps"
    }
}
