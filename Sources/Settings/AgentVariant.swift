import Diagnostics

/// One agent of the family: a point in the space of switches, under the name that a paper gave it.
public struct AgentVariant: Sendable, Equatable {
    public let name: String
    /// The switches and the loss scales that belong to them, as `--set` would write them.
    public let settings: [String]
}

/// All named agents. Ablations are these with a switch or two set otherwise.
public enum AgentVariants {
    public static let all = [
        AgentVariant(
            name: "dreamerv3",
            settings: [
                "agent.modulation=false", "agent.divergence=false", "agent.reconstruction=full",
                "agent.value_predictor=false", "agent.action_predictor=false", "agent.representation_norm=layer",
                "agent.beta_dyn=0.5", "agent.beta_rep=0.1",
            ]),
        AgentVariant(
            name: "dymodreamer",
            settings: [
                "agent.modulation=true", "agent.divergence=true", "agent.reconstruction=full",
                "agent.value_predictor=false", "agent.action_predictor=false", "agent.representation_norm=layer",
                "agent.beta_dyn=0.5", "agent.beta_rep=0.1",
            ]),
        AgentVariant(
            name: "mudreamer",
            settings: [
                "agent.modulation=false", "agent.divergence=false", "agent.reconstruction=detached",
                "agent.value_predictor=true", "agent.action_predictor=true", "agent.representation_norm=batch",
                "agent.beta_dyn=0.95", "agent.beta_rep=0.05",
            ]),
    ]

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
