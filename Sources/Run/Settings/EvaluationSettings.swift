import Fields

/// How a trained policy is measured.
public struct EvaluationSettings: FieldGroup {
    /// How the evaluator picks an action from the policy's distribution: drawn, or its most likely value.
    public enum Policy: String, Codable, Sendable, CaseIterable { case sample, mode }

    /// Episodes to play.
    public var episodes = 100
    /// Longest episode, in frames: a task may have none that ends.
    public var timeLimit = 108_000
    /// Seed of the first episode's environment; fixed, so that evaluations can be compared.
    public var seed: UInt64 = 1000
    /// How an action is picked.
    public var policy = Policy.sample

    public static let fields: [Field<EvaluationSettings>] = [
        Field("episodes", \.episodes, .positive),
        Field("time_limit", \.timeLimit, .positive),
        Field("seed", \.seed),
        Field("policy", \.policy),
    ]

    public init() {}
}
