/// What the world model sees was drawn.
public struct PictureMeasurement: Codable, Sendable, Equatable {
    /// Of which kind: "mask", "reconstruction", "openloop" or "imagination".
    public var picture: String
    /// Files in the run's directory: some steps side by side, and all as an animation.
    public var png: String
    public var gif: String
    /// Training steps of the world model.
    public var trainSteps: Int
    /// Agent steps of the run at that time.
    public var agentSteps: Int
    /// Of open-loop predictions, squared error of a value in [0, 1] where something moves; nil where nothing does, and for other
    /// pictures, as all that follow.
    public var inside: Double?
    /// The same where nothing moves.
    public var outside: Double?
    /// What `inside` would be if nothing were predicted to move.
    public var frozen: Double?
    /// Share of predicted change where nothing changed.
    public var invented: Double?

    public init(
        picture: String, png: String, gif: String, trainSteps: Int, agentSteps: Int, inside: Double? = nil,
        outside: Double? = nil, frozen: Double? = nil, invented: Double? = nil
    ) {
        (self.picture, self.png, self.gif) = (picture, png, gif)
        (self.trainSteps, self.agentSteps) = (trainSteps, agentSteps)
        (self.inside, self.outside, self.frozen, self.invented) = (inside, outside, frozen, invented)
    }

    enum CodingKeys: String, CodingKey {
        case picture, png, gif, inside, outside, frozen, invented
        case trainSteps = "train_steps"
        case agentSteps = "agent_steps"
    }
}
