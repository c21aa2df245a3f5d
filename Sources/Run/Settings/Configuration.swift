import AgentChoice

/// Everything that a run is made of, as one tree. In files the keys are snake_case; any leaf can be overridden, see
/// `ConfigurationLayers`. Units and meanings stand in `docs/configuration.md`, which a test compares with this tree.
public struct Configuration: Codable, Sendable, Equatable {
    public var run = RunSettings()
    public var environment = EnvironmentSettings()
    public var agent = AgentConfiguration()
    public var replay = ReplaySettings()
    public var learner = LearnerSettings()
    public var actors = ActorSettings()
    public var evaluation = EvaluationSettings()

    public init() {}
}
