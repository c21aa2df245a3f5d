/// The task and its wrappers. What is nil is left to the environment; the image size is that of the agent.
public struct EnvironmentSettings: Codable, Sendable, Equatable {
    /// Registered name, as the environments' registry understands it.
    public var id = "catch"
    /// Frames for which each action is held.
    public var actionRepeat: Int?
    /// Longest episode, in frames.
    public var timeLimit: Int?
    /// Largest number of no-op actions after a reset.
    public var noOps: Int?
    /// Probability that the previous action is executed instead of the chosen one.
    public var sticky: Double?

    public init() {}

    enum CodingKeys: String, CodingKey {
        case id
        case actionRepeat = "action_repeat"
        case timeLimit = "time_limit"
        case noOps = "no_ops"
        case sticky
    }
}
