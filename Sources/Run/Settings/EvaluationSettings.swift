import Fields

/// How a policy is measured: at the end of training, by `dreamer evaluate`, and beside training.
public struct EvaluationSettings: FieldGroup {
    /// How the evaluator picks an action from the policy's distribution: drawn, or its most likely value.
    public enum Policy: String, Codable, Sendable, CaseIterable { case sample, mode }

    /// Most episodes of one evaluation beside training.
    static let mostBesideTraining = 1024

    /// Episodes to play.
    public var episodes = 100
    /// Longest episode, in frames: a task may have none that ends.
    public var timeLimit = 108_000
    /// Longest evaluation, in seconds; then what is under way is broken off. An environment may be slow without end.
    public var seconds = 21_600.0
    /// Policy versions from one evaluation beside training to the next; 0 for none.
    public var everyVersions = 0
    /// Seed of the first episode's environment; fixed, so that evaluations can be compared.
    public var seed: UInt64 = 1000
    /// How an action is picked.
    public var policy = Policy.sample

    public static let fields: [Field<EvaluationSettings>] = [
        Field("episodes", \.episodes, .positive),
        Field("time_limit", \.timeLimit, .positive),
        Field("seconds", \.seconds, .positive),
        Field("every_versions", \.everyVersions, .within(0...1 << 40)),
        Field("seed", \.seed),
        Field("policy", \.policy),
    ]

    public init() {}
}
