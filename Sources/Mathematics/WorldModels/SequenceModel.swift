import AgentChoice
import Networks
import Tensors

/// The recurrent state-space model with dynamic modulation: the sequence model h' = f(h, z, d, a) (Table 7 of the
/// MuDreamer paper), and priors and posteriors of z and d (DyMoDreamer, equation 3). As an ablation the change of z
/// takes the place of d; being a function of the samples of z it needs no prior and no posterior.
public struct SequenceModel {
    /// w, whose tanh is h before an episode [1, deterministic].
    private let initialState: Parameter
    /// Of [z, d, a].
    private let input: Dense
    /// Of [input, h], to the reset, candidate and update gates [rows, 3 · deterministic], which are normalised together.
    private let gates: Dense
    let priorZ: StochasticHead
    let posteriorZ: StochasticHead
    let priorD: StochasticHead?
    let posteriorD: StochasticHead?
    private let configuration: AgentConfiguration

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        configuration = c
        let n = c.deterministic
        initialState = scope.vector("initial", n, .zero)
        let inputs = c.latent + (c.modulationInSequence ? c.modulationLatent : 0) + c.actions
        input = Dense(scope["input"], inputs: inputs, outputs: c.hidden, epsilon: c.normEpsilon)
        gates = Dense(scope["gru"], inputs: c.hidden + n, outputs: 3 * n, epsilon: c.normEpsilon)
        func prior(_ kind: String, _ groups: Int, _ classes: Int) -> StochasticHead {
            StochasticHead(scope["prior_\(kind)"], inputs: n, groups: groups, classes: classes, norm: .layer, c)
        }
        func posterior(_ kind: String, _ features: Int, _ groups: Int, _ classes: Int) -> StochasticHead {
            StochasticHead(
                scope["posterior_\(kind)"], inputs: n + features, groups: groups, classes: classes,
                norm: c.representationNorm, c)
        }
        priorZ = prior("z", c.stochastic, c.classes)
        posteriorZ = posterior("z", c.embedding, c.stochastic, c.classes)
        priorD = c.modulation ? prior("d", c.modulationStochastic, c.modulationClasses) : nil
        posteriorD =
            c.modulation
            ? posterior("d", c.imageFeatures(c.dynamicDepth), c.modulationStochastic, c.modulationClasses) : nil
    }

    // MARK: Parts

    /// The state before an episode, one row: h = tanh(learned vector), z and d the modes of their priors at h; z has not
    /// changed yet.
    func initial(on tape: Tape) -> LatentState {
        let h = tape.tanh(tape.value(of: initialState))
        func mode(_ prior: StochasticHead) -> OneHot {
            tape.mode(prior.probabilities(h, on: tape), classes: prior.classes)
        }
        return LatentState(h: h, z: mode(priorZ), d: priorD.map(mode), difference: unchanged(on: tape))
    }

    private func unchanged(on tape: Tape) -> Variable? {
        guard configuration.latentDifference else { return nil }
        let zero = tape.tensor(1, configuration.latent)
        tape.compute { zero.fill(0) }
        return .constant(zero)
    }

    /// Rows of the input layer's weight that multiply z, d or what stands in for it (where it is fed), and the action.
    private var inputWeights: (z: Parameter, d: Parameter?, action: Parameter) {
        let c = configuration
        let weight = input.linear.weight
        let afterZ = c.latent
        let afterD = afterZ + (c.modulationInSequence ? c.modulationLatent : 0)
        return (
            weight.slice(0..<afterZ), afterD > afterZ ? weight.slice(afterZ..<afterD) : nil,
            weight.slice(afterD..<weight.rows)
        )
    }

    /// The action's share of the input layer: all of it that does not depend on the state.
    private func startInput(_ action: Variable, into hidden: Variable, on tape: Tape) {
        tape.multiply(action, inputWeights.action, into: hidden)
    }

    /// h' from the state and the input layer's hidden values, which hold the action's share already.
    private func advance(
        _ state: LatentState, hidden: Variable, x: Variable, gates y: Variable, into next: Variable, on tape: Tape
    ) {
        tape.multiply(state.z, inputWeights.z, into: hidden, accumulate: true)
        if let weight = inputWeights.d { state.multiplyModulation(weight, into: hidden, on: tape) }
        input.norm.apply(hidden, into: x, on: tape)
        let (weight, units) = (gates.linear.weight, configuration.hidden)
        tape.multiply(x, weight.slice(0..<units), into: y)
        tape.multiply(state.h, weight.slice(units..<weight.rows), into: y, accumulate: true)
        tape.recurrentCell(
            gates: y, scale: gates.norm.scale, offset: gates.norm.offset, epsilon: gates.norm.epsilon,
            previous: state.h, into: next)
    }

    // MARK: Imagination

    /// One step with the prior: the state after `action` [rows, actions], limited to [−1, 1], at given noise.
    public func imagine(
        _ state: LatentState, action: Variable, noiseZ: Tensor, noiseD: Tensor?, on tape: Tape
    ) -> LatentState {
        let c = configuration
        let tracked = state.isTracked || action.isTracked
        let hidden = tape.variable(state.rows, c.hidden, tracked: tracked)
        startInput(action, into: hidden, on: tape)
        let h = tape.variable(state.rows, c.deterministic, tracked: tracked)
        advance(
            state, hidden: hidden, x: tape.variable(state.rows, c.hidden, tracked: tracked),
            gates: tape.variable(state.rows, 3 * c.deterministic, tracked: tracked), into: h, on: tape)
        func sample(_ prior: StochasticHead, _ noise: Tensor) -> OneHot {
            let p = prior.probabilities(h, on: tape)
            let sample = tape.oneHot(straightThrough: p, classes: prior.classes)
            tape.sample(p, noise: noise, into: sample)
            return sample
        }
        let z = sample(priorZ, noiseZ)
        var difference: Variable?
        if c.latentDifference {
            difference = tape.variable(state.rows, c.latent, tracked: tracked)
            tape.difference(z, state.z, into: difference!)
        }
        return LatentState(
            h: h, z: z, d: priorD.flatMap { prior in noiseD.map { sample(prior, $0) } }, difference: difference)
    }

    // MARK: Observation

    /// What is observed over `length` steps of `batch` sequences, time-major rows.
    public struct Observations {
        public var batch: Int
        public var length: Int
        /// Encoder features x of o and, with modulation, of o′ [length · batch, …].
        public var features: Features
        public var differentialFeatures: Variable?
        /// The action that led to each step [length · batch, actions], limited to [−1, 1].
        public var actions: Tensor
        /// Where an episode starts [length · batch].
        public var first: Bytes
        /// Uniform noise [length · batch, groups].
        public var noiseZ: Tensor
        public var noiseD: Tensor?

        public init(
            batch: Int, length: Int, features: Features, differentialFeatures: Variable?, actions: Tensor, first: Bytes,
            noiseZ: Tensor, noiseD: Tensor?
        ) {
            self.batch = batch
            self.length = length
            self.features = features
            self.differentialFeatures = differentialFeatures
            self.actions = actions
            self.first = first
            self.noiseZ = noiseZ
            self.noiseD = noiseD
        }
    }

    /// States and the probabilities they were sampled from, for all steps [length · batch].
    struct Posterior {
        var state: LatentState
        var z: Variable
        var d: Variable?
    }

    /// Follows the observations through time.
    /// - Parameters:
    ///   - carry: the state before the first step; nil starts an episode in every row.
    ///   - training: whether batch norms use the batch's statistics and move the running ones.
    func observe(_ o: Observations, carry: LatentState?, training: Bool, on tape: Tape) -> Posterior {
        let c = configuration
        let rows = o.batch * o.length
        let tracked = !tape.trainable.isEmpty
        // Where no episode starts, as in most acting steps, nothing depends on the initial state.
        let starts = tracked || carry == nil || tape.isAnySet(o.first)
        // One initial state serves all rows.
        let initial = starts ? tape.sharing(1, insteadOf: rows, backward: rows) { self.initial(on: tape) } : nil

        // All that does not depend on the state is computed for all steps at once; buffers of the loop lie step after
        // step, so that their weight gradients become one product each.
        let hidden = tape.variable(rows, c.hidden, tracked: tracked)
        // No action leads to an episode's first step.
        let actions = tape.masked(o.actions, where: o.first, leading: carry == nil ? o.batch : 0)
        startInput(.constant(actions), into: hidden, on: tape)
        let x = tape.variable(rows, c.hidden, tracked: tracked)
        let gates = tape.variable(rows, 3 * c.deterministic, tracked: tracked)
        let h = tape.variable(rows, c.deterministic, tracked: tracked)
        let before = tape.latentState(rows, c, tracked: tracked)
        let z = PosteriorBuffers(posteriorZ, features: o.features, noise: o.noiseZ, configuration: c, on: tape)
        var d: PosteriorBuffers?
        if let posteriorD, let features = o.differentialFeatures, let noise = o.noiseD {
            d = PosteriorBuffers(posteriorD, features: features, noise: noise, configuration: c, on: tape)
        }
        let difference = c.latentDifference ? tape.variable(rows, c.latent, tracked: tracked) : nil
        let states = LatentState(h: h, z: z.sample, d: d?.sample, difference: difference)
        for step in 0..<o.length {
            let now = step * o.batch..<(step + 1) * o.batch
            let previous = step == 0 ? carry : states.slice((step - 1) * o.batch..<step * o.batch)
            let from = before.slice(now)
            if let initial {
                reset(from, initial: initial, previous: previous, first: o.first.slice(now), on: tape)
            } else if let previous {
                tape.compute { from.copy(from: previous) }
            }
            advance(
                from, hidden: hidden.slice(now), x: x.slice(now), gates: gates.slice(now), into: h.slice(now), on: tape)
            z.step(h.slice(now), now, training: training, on: tape)
            d?.step(h.slice(now), now, training: training, on: tape)
            if let difference { tape.difference(z.sample.slice(now), from.z, into: difference.slice(now)) }
        }
        return Posterior(state: states, z: z.probabilities, d: d?.probabilities)
    }

    private func reset(
        _ state: LatentState, initial: LatentState, previous: LatentState?, first: Bytes, on tape: Tape
    ) {
        tape.reset(initial: initial.h, previous: previous?.h, first: first, into: state.h)
        tape.reset(initial: initial.z, previous: previous?.z, first: first, into: state.z)
        if let d = state.d, let start = initial.d {
            tape.reset(initial: start, previous: previous?.d, first: first, into: d)
        }
        if let difference = state.difference, let start = initial.difference {
            tape.reset(initial: start, previous: previous?.difference, first: first, into: difference)
        }
    }
}

/// Room for one posterior over all steps. The features' share of the hidden layer is computed for all steps at once.
private struct PosteriorBuffers {
    let head: StochasticHead
    let hidden: Variable
    let normed: Variable
    let logits: Variable
    let probabilities: Variable
    let sample: OneHot
    let noise: Tensor
    let stateWeight: Parameter

    init(
        _ head: StochasticHead, features: some LayerInput, noise: Tensor, configuration c: AgentConfiguration,
        on tape: Tape
    ) {
        self.head = head
        self.noise = noise
        let rows = features.rows
        let tracked = !tape.trainable.isEmpty
        let weight = head.hidden.weight
        stateWeight = weight.slice(0..<c.deterministic)
        hidden = tape.variable(rows, weight.columns, tracked: tracked)
        normed = tape.variable(rows, weight.columns, tracked: tracked)
        logits = tape.variable(rows, head.groups * head.classes, tracked: tracked)
        probabilities = tape.variable(rows, head.groups * head.classes, tracked: tracked)
        sample = tape.oneHot(straightThrough: probabilities, classes: head.classes)
        features.multiply(weight.slice(c.deterministic..<weight.rows), into: hidden, accumulate: false, on: tape)
    }

    func step(_ h: Variable, _ now: Range<Int>, training: Bool, on tape: Tape) {
        tape.multiply(h, stateWeight, into: hidden.slice(now), accumulate: true)
        head.norm.apply(hidden.slice(now), into: normed.slice(now), training: training, on: tape)
        head.logits.apply(normed.slice(now), into: logits.slice(now), on: tape)
        tape.softmax(
            logits.slice(now), classes: head.classes, unimix: head.unimix, into: probabilities.slice(now))
        tape.sample(probabilities.slice(now), noise: noise.slice(now), into: sample.slice(now))
    }
}
