import Fields

/// The task and what is asked of it; the image size is that of the agent.
public struct EnvironmentSettings: FieldGroup {
    /// Registered name, as the environments' registry understands it.
    public var id = "catch"
    public var options = EnvironmentOptions()

    public static let fields: [Field<EnvironmentSettings>] =
        [Field("id", \.id, Rule("must not be empty") { !$0.isEmpty }).fixed]
        + EnvironmentOptions.fields.map { $0.lifted(\EnvironmentSettings.options).fixed }

    public init() {}
}
