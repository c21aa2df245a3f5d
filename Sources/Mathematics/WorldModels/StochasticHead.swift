import AgentChoice
import Networks
import Tensors

/// A hidden layer and logits of `groups` categorical variables of `classes` each: a prior from h (Table 9) or a posterior
/// from [h, x] (Table 8), for z or for d. Inputs [rows, inputs] become probabilities [rows, groups · classes].
struct StochasticHead {
    let hidden: Linear
    let norm: RepresentationNorm
    let logits: Linear
    let groups: Int
    let classes: Int
    let unimix: Float

    init(
        _ scope: ParameterScope, inputs: Int, groups: Int, classes: Int, norm: AgentConfiguration.RepresentationNorm,
        _ c: AgentConfiguration
    ) {
        hidden = Linear(scope["hidden"], inputs: inputs, outputs: c.hidden, bias: false, .hidden)
        self.norm = RepresentationNorm(scope["hidden"], norm, c)
        logits = Linear(scope["logits"], inputs: c.hidden, outputs: groups * classes)
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
}

/// The norm of a posterior's hidden layer: MuDreamer's has batch statistics.
enum RepresentationNorm {
    case layer(Norm)
    case batch(BatchNorm)

    init(_ scope: ParameterScope, _ kind: AgentConfiguration.RepresentationNorm, _ c: AgentConfiguration) {
        switch kind {
        case .layer: self = .layer(Norm(scope, channels: c.hidden, epsilon: c.normEpsilon))
        case .batch: self = .batch(BatchNorm(scope, channels: c.hidden, c))
        }
    }

    func apply(_ x: Variable, into y: Variable, training: Bool, on tape: Tape) {
        switch self {
        case .layer(let norm): norm.apply(x, into: y, on: tape)
        case .batch(let norm): norm.apply(x, into: y, training: training, on: tape)
        }
    }
}

/// SiLU(BatchNorm(x)) over the channels of [rows, channels]: statistics of the rows, those of one time step, while
/// training, running ones when acting.
struct BatchNorm {
    /// [1, channels], as are all four.
    let scale: Parameter
    let offset: Parameter
    let runningMean: Parameter
    let runningVariance: Parameter
    let epsilon: Float
    let momentum: Float

    init(_ scope: ParameterScope, channels: Int, _ c: AgentConfiguration) {
        scale = scope["norm"].vector("scale", channels, .one)
        offset = scope["norm"].vector("offset", channels, .zero)
        runningMean = scope["norm", .statistics].vector("running_mean", channels, .zero)
        runningVariance = scope["norm", .statistics].vector("running_variance", channels, .one)
        epsilon = c.batchNormEpsilon
        momentum = c.batchNormMomentum
    }

    func apply(_ x: Variable, into y: Variable, training: Bool, on tape: Tape) {
        let (mean, variance) =
            training
            ? (tape.tensor(1, x.columns), tape.tensor(1, x.columns)) : (runningMean.value, runningVariance.value)
        tape.batchNormSiLU(
            x, scale: scale, offset: offset, epsilon: epsilon, training: training, mean: mean, variance: variance,
            into: y)
        guard training else { return }
        tape.compute {
            runningMean.value.move(towards: mean, momentum: momentum)
            runningVariance.value.move(towards: variance, momentum: momentum)
        }
    }
}
