import Diagnostics
import Fields

/// One agent of the family: a point in the space of switches under a name.
public struct AgentVariant: Sendable, Equatable {
    public let name: String
    /// The agent that it is but for `differences`; nil for those of the papers, which start from the defaults.
    public let base: String?
    /// What it sets besides, as `--set` would write it.
    public let differences: [String]

    /// Every switch, as `--set` would write it: the defaults, then what its base differs in, then its own differences.
    public var settings: [String] {
        let base = AgentVariants.all.first { $0.name == self.base }
        let switches = base?.settings ?? AgentConfiguration().assignments(of: AgentConfiguration.switches, in: "agent")
        return switches + differences
    }
}

/// All named agents: those of the papers, the ablations that the papers show, and what neither of them tried.
public enum AgentVariants {
    public static let all = papers + ablations

    static let papers = [
        AgentVariant(name: "dreamerv3", base: nil, differences: ["agent.modulation=false", "agent.divergence=false"]),
        AgentVariant(name: "dymodreamer", base: nil, differences: []),
        AgentVariant(
            name: "mudreamer", base: nil,
            differences: [
                "agent.modulation=false", "agent.divergence=false", "agent.reconstruction=detached",
                "agent.value_predictor=true", "agent.action_predictor=true", "agent.representation_norm=batch",
                "agent.beta_dyn=0.95", "agent.beta_rep=0.05",
            ]),
    ]

    static let ablations =
        [
            ("without-sequence", ["agent.modulation_in_sequence=false"]),
            ("reconstruction-only", ["agent.modulation_in_sequence=false", "agent.modulation_in_heads=false"]),
            ("latent-difference", ["agent.modulation=false", "agent.latent_difference=true"]),
            ("without-divergence", ["agent.divergence=false"]),
            ("reconstructing-differential", ["agent.differential_reconstruction=true"]),
            ("appending-differential", ["agent.modulation=false", "agent.differential_channels=true"]),
            ("poster-divergence", ["agent.divergence_reduction=sum", "agent.divergence_temperature=0.03"]),
            ("release", ["agent.scale_advantage=false", "agent.weight_entropy=false"]),
        ].map { ablation("dymodreamer", $0, $1) }
        + [
            ("without-value", ["agent.value_predictor=false"]),
            ("without-action", ["agent.action_predictor=false"]),
            ("without-value-and-action", ["agent.value_predictor=false", "agent.action_predictor=false"]),
            ("layer-norm", ["agent.representation_norm=layer"]),
            ("beta-1.0-0.0", ["agent.beta_dyn=1", "agent.beta_rep=0"]),
            ("beta-0.9-0.1", ["agent.beta_dyn=0.9", "agent.beta_rep=0.1"]),
            ("beta-0.5-0.1", ["agent.beta_dyn=0.5", "agent.beta_rep=0.1"]),
            ("beta-0.8-0.2", ["agent.beta_dyn=0.8", "agent.beta_rep=0.2"]),
            ("reward-100", ["agent.reward_scale=100"]),
            ("without-decoder", ["agent.reconstruction=none"]),
            ("modulated", ["agent.modulation=true"]),
        ].map { ablation("mudreamer", $0, $1) }

    private static func ablation(_ base: String, _ suffix: String, _ differences: [String]) -> AgentVariant {
        AgentVariant(name: "\(base)-\(suffix)", base: base, differences: differences)
    }

    /// - Parameter origin: where the name was written, for the message: "settings.yaml:2".
    /// - Throws: one line that lists the known agents.
    public static func named(_ name: String, askedBy origin: String? = nil) throws(UserError) -> AgentVariant {
        guard let variant = all.first(where: { $0.name == name }) else {
            let place = origin.map { $0 + ": " } ?? ""
            throw UserError(place + Suggestion.unknown("agent", name, known: all.map(\.name)))
        }
        return variant
    }
}
