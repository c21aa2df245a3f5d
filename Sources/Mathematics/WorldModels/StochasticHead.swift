import AgentChoice
import Networks
import Tensors

/// A hidden layer and logits of one group of categorical variables: a prior from h (Table 9) or a posterior from
/// [h, x] (Table 8), for z or for d.
struct StochasticHead {
    let hidden: Linear
    let norm: RepresentationNorm
    let logits: Linear
    let groups: Int
    let classes: Int
    let unimix: Float

    init(
        _ store: ParameterStore, _ name: String, groups: Int, classes: Int, norm: AgentConfiguration.RepresentationNorm,
        _ c: AgentConfiguration
    ) {
        hidden = Linear(store, "\(name).hidden")
        self.norm =
            norm == .batch
            ? .batch(BatchNorm(store, "\(name).hidden", c))
            : .layer(Norm(store, "\(name).hidden", epsilon: c.normEpsilon))
        logits = Linear(store, "\(name).logits")
        self.groups = groups
        self.classes = classes
        unimix = c.unimix
    }

    /// Probabilities [rows, groups · classes] from an input.
    func probabilities(_ x: some LayerInput, on tape: Tape) -> Variable {
        let y = hidden(x, on: tape)
        let normed = tape.variable(y.rows, y.columns, tracked: y.isTracked)
        norm.apply(y, into: normed, training: false, on: tape)
        return tape.softmax(logits(normed, on: tape), classes: classes, unimix: unimix)
    }

    static func specifications(
        _ name: String, inputs: Int, outputs: Int, norm: AgentConfiguration.RepresentationNorm, _ c: AgentConfiguration
    ) -> [ParameterSpecification] {
        Dense.specifications("\(name).hidden", inputs: inputs, outputs: c.hidden, group: .model)
            + (norm == .batch ? BatchNorm.specifications("\(name).hidden", c.hidden) : [])
            + Linear.specifications("\(name).logits", inputs: c.hidden, outputs: outputs, bias: true, group: .model)
    }
}

/// The norm of a posterior's hidden layer: MuDreamer's has batch statistics.
enum RepresentationNorm {
    case layer(Norm)
    case batch(BatchNorm)

    func apply(_ x: Variable, into y: Variable, training: Bool, on tape: Tape) {
        switch self {
        case .layer(let norm):
            tape.layerNormSiLU(x, scale: norm.scale, offset: norm.offset, epsilon: norm.epsilon, into: y)
        case .batch(let norm): norm.apply(x, into: y, training: training, on: tape)
        }
    }
}

/// Batch statistics at each time step while training, running statistics when acting; both followed by SiLU.
struct BatchNorm {
    let scale: Parameter
    let offset: Parameter
    let runningMean: Tensor
    let runningVariance: Tensor
    let epsilon: Float
    let momentum: Float

    init(_ store: ParameterStore, _ name: String, _ c: AgentConfiguration) {
        scale = store["\(name).norm.scale"]
        offset = store["\(name).norm.offset"]
        runningMean = store["\(name).norm.running_mean"].value
        runningVariance = store["\(name).norm.running_variance"].value
        epsilon = c.batchNormEpsilon
        momentum = c.batchNormMomentum
    }

    func apply(_ x: Variable, into y: Variable, training: Bool, on tape: Tape) {
        let (mean, variance) =
            training ? (tape.tensor(1, x.columns), tape.tensor(1, x.columns)) : (runningMean, runningVariance)
        tape.batchNormSiLU(
            x, scale: scale, offset: offset, epsilon: epsilon, training: training, mean: mean, variance: variance,
            into: y)
        guard training else { return }
        runningMean.move(towards: mean, momentum: momentum)
        runningVariance.move(towards: variance, momentum: momentum)
    }

    static func specifications(_ name: String, _ count: Int) -> [ParameterSpecification] {
        [
            ParameterSpecification("\(name).norm.running_mean", [count], .vector, .zero, group: .statistics),
            ParameterSpecification("\(name).norm.running_variance", [count], .vector, .one, group: .statistics),
        ]
    }
}
