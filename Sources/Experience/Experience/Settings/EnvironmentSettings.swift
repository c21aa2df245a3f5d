import Fields

/// The task and what is asked of it; the image size is that of the agent.
public struct EnvironmentSettings: FieldGroup {
    /// Registered name, as the environments' registry understands it.
    public var id = "catch"
    public var options = EnvironmentOptions()
    /// Seconds that a task of Python's may take to be made, and to begin an episode.
    public var startSeconds = 300
    /// Seconds that one of its steps may take.
    public var stepSeconds = 120
    /// Failures of a task without a step between after which it is not made again.
    public var maxFailures = 5

    public static let fields: [Field<EnvironmentSettings>] =
        [Field("id", \.id, Rule("must not be empty") { !$0.isEmpty }).fixed]
        + EnvironmentOptions.fields.map { $0.lifted(\EnvironmentSettings.options).fixed } + [
            Field("start_seconds", \.startSeconds, .within(1...1_000_000)),
            Field("step_seconds", \.stepSeconds, .within(1...1_000_000)),
            Field("max_failures", \.maxFailures, .within(1...1_000_000)),
        ]

    public init() {}
}
