import Fields

/// The page on which a learner shows how it is doing.
public struct DashboardSettings: FieldGroup {
    /// Address and port of the page; nil for none.
    public var listen: String? = "127.0.0.1:7480"
    /// Whether `/metrics` has series for each actor, besides those of all together.
    public var actorSeries = false

    public static let fields: [Field<DashboardSettings>] = [
        Field("listen", optional: \.listen, Rule("must be address:port", LearnerSettings.hasPort)),
        Field("actor_series", \.actorSeries),
    ]

    public init() {}
}
