import AgentChoice
import Agents
import Tensors
import WorldModels

/// The matrix products of one training step and the memory of its activations, counted from the shapes.
///
/// A product [rows, in] · [in, out] is 2 · rows · in · out floating-point operations, and as many again for each
/// gradient that is taken through it: of its weight, of its input. Norms, activations, sampling, losses and optimisers
/// are not counted; they are memory traffic.
public struct StepCost: Sendable {
    /// The work of one part of the agent in floating-point operations.
    public struct Part: Sendable, Equatable {
        public let name: String
        /// With every input dense and the initial state computed for each row: what a plain implementation does, and
        /// what published figures count.
        public internal(set) var nominal = 0.0
        /// As it is done here: one-hot inputs are looked up (an addition each), the initial state is computed once.
        public internal(set) var executed = 0.0
    }

    /// What lies in a step's arena at the same time: branches of the world model follow one another, and so do the
    /// encoders' backward passes, see `WorldModel.learn`.
    private enum Region: Hashable {
        case base, encoders, sequence, behavior
        case branch(String)
        case encoderGradients(Int)
    }

    public private(set) var parts: [Part] = []
    private var bytes: [Region: Int] = [:]
    private var region = Region.base
    private let configuration: AgentConfiguration

    /// Bytes that a step needs in its arena at most: images, values, gradients of values.
    public var activationBytes: Int {
        func most(_ belongs: (Region) -> Bool) -> Int { bytes.filter { belongs($0.key) }.map(\.value).max() ?? 0 }
        func of(_ region: Region) -> Int { bytes[region] ?? 0 }
        let branch = most { if case .branch = $0 { true } else { false } }
        let encoding = most { if case .encoderGradients = $0 { true } else { false } }
        return of(.base) + max(of(.encoders) + max(of(.sequence) + branch, encoding), of(.behavior))
    }

    public var nominal: Double { parts.reduce(0) { $0 + $1.nominal } }
    public var executed: Double { parts.reduce(0) { $0 + $1.executed } }

    /// Counts a step of `configuration.batch` sequences of `configuration.length` steps.
    public init(_ configuration: AgentConfiguration) {
        self.configuration = configuration
        countImages()
        countEncoders()
        countSequenceModel()
        countDecoders()
        countHeads()
        countImagination()
        countActorAndCritic()
    }

    // MARK: Products

    /// A part of a layer's input.
    private enum Input {
        case dense(Int)
        case oneHot(groups: Int, classes: Int)

        var columns: Int {
            switch self {
            case .dense(let columns): columns
            case .oneHot(let groups, let classes): groups * classes
            }
        }
        /// Operations for each row and output, forwards or for the weight's gradient.
        var lookedUp: Int {
            switch self {
            case .dense(let columns): 2 * columns
            case .oneHot(let groups, _): groups
            }
        }
    }

    private struct Gradients: OptionSet {
        let rawValue: Int
        static let input = Gradients(rawValue: 1)
        static let weight = Gradients(rawValue: 2)
        static let both: Gradients = [.input, .weight]
    }

    /// - Parameters:
    ///   - executedRows: those that are computed here, where that are others.
    ///   - executedShare: of the multiplications those that are made, where an algorithm saves some.
    ///   - kept: matrices [rows, outputs] that stay in the arena, before their gradients.
    ///   - keptGradients: the same for their gradients; that of a norm's output makes room for that of its input.
    private mutating func product(
        _ part: String, _ rows: Int, _ inputs: [Input], _ outputs: Int, _ gradients: Gradients,
        executedRows: Int? = nil, executedShare: Double = 1, kept: Int = 1, keptGradients: Int = 1
    ) {
        let columns = inputs.reduce(0) { $0 + $1.columns }
        let lookedUp = inputs.reduce(0) { $0 + $1.lookedUp }
        let size = Double(rows) * Double(outputs)
        let (toWeight, toInput) = (gradients.contains(.weight), gradients.contains(.input))
        let done = executedRows ?? rows
        let index = parts.firstIndex { $0.name == part } ?? parts.endIndex
        if index == parts.endIndex { parts.append(Part(name: part)) }
        parts[index].nominal += 2 * size * Double(columns) * (1 + (toWeight ? 1 : 0) + (toInput ? 1 : 0))
        // The gradient of a one-hot input is dense.
        parts[index].executed +=
            executedShare * Double(done) * Double(outputs)
            * (Double(lookedUp) * (toWeight ? 2 : 1) + (toInput ? 2 * Double(columns) : 0))
        keep(done, kept * outputs)
        if kept > 0, !gradients.isEmpty { keep(done, keptGradients * outputs) }
    }

    private mutating func keep(_ rows: Int, _ columns: Int, gradients: Bool = false) {
        bytes[region, default: 0] += 4 * rows * columns * (gradients ? 2 : 1)
    }

    /// Hidden layers and an output layer, see `MultilayerPerceptron`.
    /// - Parameter first: the gradients of the first layer, whose input may be stopped.
    private mutating func perceptron(
        _ part: String, _ rows: Int, _ inputs: [Input], _ outputs: Int, first: Gradients, rest: Gradients,
        executedRows: Int? = nil
    ) {
        let c = configuration
        product(part, rows, inputs, c.hidden, first, executedRows: executedRows, kept: 2)
        for _ in 1..<c.layers {
            product(part, rows, [.dense(c.hidden)], c.hidden, rest, executedRows: executedRows, kept: 2)
        }
        product(part, rows, [.dense(c.hidden)], outputs, rest, executedRows: executedRows)
    }

    // MARK: Shapes

    /// Rows of a batch.
    private var rows: Int { configuration.batch * configuration.length }
    private var z: Input { .oneHot(groups: configuration.stochastic, classes: configuration.classes) }
    /// d, or what stands in for it.
    private var modulation: [Input] {
        let c = configuration
        if c.modulation { return [.oneHot(groups: c.modulationStochastic, classes: c.modulationClasses)] }
        return c.latentDifference ? [.dense(c.latent)] : []
    }
    private var state: [Input] { [.dense(configuration.deterministic), z] + modulation }
    /// Lengths of the distributions that the model has.
    private var distributions: [Int] {
        let c = configuration
        return [c.latent] + (c.modulation ? [c.modulationLatent] : [])
    }

    // MARK: The world model

    private mutating func countImages() {
        let c = configuration
        let pixels = c.image * c.image * c.channels
        bytes[.base, default: 0] += (rows + c.batch) * pixels
        if c.observesDifferential { bytes[.encoders, default: 0] += rows * pixels }
        if c.differentialChannels { bytes[.encoders, default: 0] += 2 * rows * pixels }
        // The states that imagination starts at.
        keep(rows, c.deterministic + c.stochastic + (c.modulation ? c.modulationStochastic : 0))
        if c.latentDifference { keep(rows, c.latent) }
    }

    private mutating func countEncoders() {
        encoder(0, channels: configuration.encoderChannels)
        if configuration.modulation { encoder(1, channels: configuration.channels) }
    }

    private mutating func encoder(_ number: Int, channels: Int) {
        let c = configuration
        for stage in 0..<c.stages {
            let size = c.image >> (stage + 1)
            let inputs = stage == 0 ? channels : c.convolutionDepth << (stage - 1)
            let outputs = c.convolutionDepth << stage
            region = .encoders
            let shape = ConvolutionShape(
                images: rows, height: 2 * size, width: 2 * size, fine: inputs, coarse: outputs)
            product(
                "encoder", rows * size * size, [.dense(16 * inputs)], outputs, stage == 0 ? .weight : .both,
                executedShare: shape.executedShare, kept: 2, keptGradients: 0)
            // Mean and deviation of each norm.
            keep(rows * size * size, 2)
            // The gradient of the features is there before the backward pass.
            if stage < c.stages - 1 { region = .encoderGradients(number) }
            keep(rows * size * size, outputs)
        }
    }

    private mutating func countSequenceModel() {
        let c = configuration
        let part = "sequence model"
        region = .sequence
        // The loop over time keeps its gradients side by side.
        product(
            part, rows, [z] + (c.modulationInSequence ? modulation : []), c.hidden, .both, kept: 2, keptGradients: 2)
        product(part, rows, [.dense(c.actions)], c.hidden, .weight, kept: 0)
        product(part, rows, [.dense(c.hidden), .dense(c.deterministic)], 3 * c.deterministic, .both)
        for size in distributions {
            // Posterior, prior, and the prior at the initial state.
            head(part, [.dense(c.deterministic), .dense(c.embedding)], size, keptGradients: 2)
            head(part, [.dense(c.deterministic)], size, executedRows: 1)
            region = .branch("priors")
            head(part, [.dense(c.deterministic)], size)
            region = .sequence
        }
        // h, and the state before each step: h, z and d, of which the samples have a gradient only.
        keep(rows, 2 * c.deterministic, gradients: true)
        keep(rows, c.latent + (c.modulation ? c.modulationLatent : 0))
        if c.latentDifference { keep(rows, 2 * c.latent, gradients: true) }
    }

    /// A hidden layer, logits and their probabilities.
    private mutating func head(
        _ part: String, _ inputs: [Input], _ outputs: Int, executedRows: Int? = nil, keptGradients: Int = 1
    ) {
        let c = configuration
        product(
            part, rows, inputs, c.hidden, .both, executedRows: executedRows, kept: 2, keptGradients: keptGradients)
        product(part, rows, [.dense(c.hidden)], outputs, .both, executedRows: executedRows, kept: 2, keptGradients: 2)
    }

    private mutating func countDecoders() {
        let c = configuration
        guard c.reconstruction != .none else { return }
        decoder("decoder")
        if c.decodesDifferential { decoder("differential decoder") }
    }

    private mutating func decoder(_ name: String) {
        let c = configuration
        region = .branch(name)
        product("decoder", rows, state, c.embedding, c.reconstruction == .full ? .both : .weight)
        for stage in 0..<c.stages {
            let (size, last) = (4 << stage, stage == c.stages - 1)
            let inputs = c.topChannels >> stage
            let outputs = last ? c.channels : inputs / 2
            let shape = ConvolutionShape(
                images: rows, height: 2 * size, width: 2 * size, fine: outputs, coarse: inputs)
            product(
                "decoder", rows * size * size, [.dense(inputs)], 16 * outputs, .both,
                executedShare: shape.executedShare, kept: 0)
            keep(rows * 4 * size * size, last ? 2 * outputs : 3 * outputs + 2)
        }
    }

    private mutating func countHeads() {
        let c = configuration
        region = .branch("predictions")
        for outputs in [c.bins, 1] { perceptron("heads", rows, state, outputs, first: .both, rest: .both) }
        if c.valuePredictor {
            region = .branch("value")
            perceptron("heads", rows, state, c.bins, first: .both, rest: .both)
            perceptron("heads", rows, state, c.bins, first: [], rest: [])
        }
        if c.actionPredictor {
            region = .branch("action")
            perceptron(
                "heads", rows - c.batch, [.dense(c.embedding)] + state, c.policyOutputs, first: .both, rest: .both)
        }
    }

    // MARK: Behaviour

    /// With continuous actions the gradient of the actor's loss flows through dynamics and heads, whose weights stay.
    private mutating func countImagination() {
        let c = configuration
        let part = "imagination"
        let through: Gradients = c.discrete ? [] : .input
        // Without a gradient a step's values are given back once the next state is known.
        func kept(_ count: Int) -> Int { c.discrete ? 0 : count }
        let steps = c.horizon * rows
        region = .behavior
        let inputs = [z] + (c.modulationInSequence ? modulation : []) + [.dense(c.actions)]
        product(part, steps, inputs, c.hidden, through, kept: kept(2))
        product(part, steps, [.dense(c.hidden), .dense(c.deterministic)], 3 * c.deterministic, through, kept: kept(1))
        for size in distributions {
            product(part, steps, [.dense(c.deterministic)], c.hidden, through, kept: kept(2))
            product(part, steps, [.dense(c.hidden)], size, through, kept: kept(2))
        }
        for outputs in [c.bins, 1] {
            perceptron(part, steps + rows, state, outputs, first: through, rest: through)
        }
        keepStates(steps + rows)
        if !c.discrete { keep(steps, c.deterministic, gradients: true) }
        // Random numbers of the posterior, of imagination and of the policy.
        region = .base
        keep(rows + steps, c.stochastic + (c.modulation ? c.modulationStochastic : 0))
        keep(steps + rows, c.discrete ? 1 : c.actions)
        region = .behavior
    }

    /// States of imagination: h and the choices of z and d; with continuous actions the gradients of all.
    private mutating func keepStates(_ count: Int) {
        let c = configuration
        keep(count, c.deterministic, gradients: !c.discrete)
        keep(count, c.stochastic + (c.modulation ? c.modulationStochastic : 0))
        if c.latentDifference { keep(count, c.latent, gradients: !c.discrete) }
        if !c.discrete { keep(count, c.latent + (c.modulation ? c.modulationLatent : 0)) }
    }

    private mutating func countActorAndCritic() {
        let c = configuration
        let steps = c.horizon * rows
        // The action after the last state is drawn, but nothing is learnt from it.
        perceptron("actor", steps, state, c.policyOutputs, first: .weight, rest: .both)
        perceptron("actor", rows, state, c.policyOutputs, first: [], rest: [])
        let through: Gradients = c.discrete ? [] : .input
        // With discrete actions the values that returns need are those that the critic learns from.
        perceptron(
            "critic", steps + rows, state, c.bins, first: through, rest: through, executedRows: c.discrete ? 0 : nil)
        perceptron(
            "critic", steps, state, c.bins, first: .weight, rest: .both,
            executedRows: c.discrete ? steps + rows : nil)
        perceptron("critic", steps, state, c.bins, first: [], rest: [])
    }
}
