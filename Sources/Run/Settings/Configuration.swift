import AgentChoice
import Experience

/// Everything that a run is made of, as one tree. In files the keys are snake_case; any leaf can be overridden, see
/// `ConfigurationLayers`. Each group lists its keys with their ranges; `docs/configuration.md` is held to this tree by a test.
public struct Configuration: Codable, Sendable, Equatable {
    public var run = RunSettings()
    public var environment = EnvironmentSettings()
    public var agent = AgentConfiguration()
    public var replay = ReplaySettings()
    public var learner = LearnerSettings()
    public var actors = ActorSettings()
    public var evaluation = EvaluationSettings()
    public var dashboard = DashboardSettings()

    public init() {}
}
