import AgentChoice
import Networks
import Tensors

/// symlog, then the hidden layers of a head without its output layer: vectors [rows, values] become features
/// [rows, hidden].
struct VectorEncoder {
    private let layers: [Dense]

    init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        layers = Dense.stack(
            scope, inputs: c.vector, outputs: c.hidden, count: c.layers, epsilon: c.normEpsilon)
    }

    func callAsFunction(_ vectors: Tensor, on tape: Tape) -> Variable {
        layers.reduce(.constant(tape.symlog(vectors))) { $1($0, on: tape) }
    }
}
