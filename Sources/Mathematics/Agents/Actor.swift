import AgentChoice
import Measurements
import Networks
import Tensors
import WorldModels

/// The policy π(a | s): for each action that is taken at once a one-hot with 1 % uniform, or Normal with mean tanh and deviation 0.9 σ(x + 2) + 0.1.
public struct Actor {
    /// Of s [rows, features], logits [rows, actions] or means and spreads [rows, 2 · actions].
    private let network: MultilayerPerceptron
    /// Choices of each action that is taken at once.
    private let groups: [Int]
    private let configuration: AgentConfiguration

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        configuration = c
        groups = c.groups
        network = MultilayerPerceptron(scope["actor", .actor], outputs: c.policyOutputs, c)
    }

    /// Distributions and the actions drawn from them, for a number of rows.
    public enum Distribution {
        case categorical(probabilities: Variable, chosen: ClassChoice)
        case normal(NormalPolicy, action: Variable)

        public func slice(_ range: Range<Int>) -> Distribution {
            switch self {
            case .categorical(let p, let chosen):
                .categorical(probabilities: p.slice(range), chosen: chosen.slice(range))
            case .normal(let policy, let action): .normal(policy.slice(range), action: action.slice(range))
            }
        }

        /// The actions as vectors [rows, actions].
        public func vectors(on tape: Tape) -> Variable {
            switch self {
            case .normal(_, let action): action
            case .categorical(_, let chosen): .constant(tape.dense(chosen))
            }
        }
    }

    /// Room for `rows` distributions, with gradients.
    public func buffers(_ rows: Int, tracked: Bool = true, on tape: Tape) -> Distribution {
        let actions = configuration.actions
        func variable() -> Variable { tape.variable(rows, actions, tracked: tracked) }
        return configuration.discrete
            ? .categorical(
                probabilities: variable(), chosen: tape.choice(rows, of: tape.columnGroups(groups)))
            : .normal(NormalPolicy(mean: variable(), deviation: variable()), action: variable())
    }

    /// Computes the policy at `states` and draws actions.
    /// - Parameters:
    ///   - noise: uniform [rows, groups], or standard normal [rows, actions].
    ///   - distribution: room for the result.
    public func act(_ states: LatentState, noise: Tensor, into distribution: Distribution, on tape: Tape) {
        let output = tape.measuring(.actor) { network(states, on: tape) }
        switch distribution {
        case .categorical(let p, let chosen):
            tape.softmax(output, groups: chosen.groups, unimix: configuration.unimix, into: p)
            tape.sample(p, noise: noise, into: chosen)
        case .normal(let policy, let action):
            tape.normalPolicy(output, into: policy)
            tape.sample(policy, noise: noise, into: action)
        }
    }
}
