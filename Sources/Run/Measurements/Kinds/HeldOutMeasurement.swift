/// What the world model makes of episodes that it is not trained on.
public struct HeldOutMeasurement: Codable, Sendable, Equatable {
    /// The losses that say so, each a mean over the same steps every time.
    public static let measured: [TrainingMetric] = [
        .modelLoss, .rewardLoss, .continuationLoss, .dynamicsLoss, .representationLoss, .imageLoss, .differentialLoss,
        .vectorLoss, .divergenceLoss, .valueLoss, .actionLoss,
    ]

    /// Training steps of the world model.
    public var trainSteps: Int
    /// Agent steps of the run at that time.
    public var agentSteps: Int
    /// Held-out steps that were looked at, some of them more than once.
    public var steps: Int
    /// Those of `measured` that the agent has.
    public var losses: TrainingMetrics

    public init(trainSteps: Int, agentSteps: Int, steps: Int, losses: TrainingMetrics) {
        (self.trainSteps, self.agentSteps, self.steps) = (trainSteps, agentSteps, steps)
        self.losses = TrainingMetrics()
        for metric in Self.measured { self.losses[metric] = losses[metric] }
    }

    enum CodingKeys: String, CodingKey {
        case steps
        case trainSteps = "train_steps"
        case agentSteps = "agent_steps"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        trainSteps = try container.decode(Int.self, forKey: .trainSteps)
        agentSteps = try container.decode(Int.self, forKey: .agentSteps)
        steps = try container.decode(Int.self, forKey: .steps)
        losses = TrainingMetrics()
        let values = try decoder.container(keyedBy: TrainingMetric.self)
        for metric in Self.measured { losses[metric] = try values.decodeIfPresent(Float.self, forKey: metric) }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(trainSteps, forKey: .trainSteps)
        try container.encode(agentSteps, forKey: .agentSteps)
        try container.encode(steps, forKey: .steps)
        try losses.encode(to: encoder)
    }
}
