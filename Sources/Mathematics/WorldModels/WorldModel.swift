import AgentChoice
import Measurements
import Networks
import Tensors

/// The world model: representation, decoder and prediction heads, and the loss that trains them.
public struct WorldModel {
    public let representation: Representation
    /// Two-hot logits [rows, bins] of the reward of s [rows, features], which all but one of these read.
    public let reward: MultilayerPerceptron
    /// The logit [rows, 1] of going on.
    public let continuation: MultilayerPerceptron
    let decoder: Decoder?
    let differentialDecoder: Decoder?
    /// Of s, the symlog of the observation's vector [rows, values].
    let vectorDecoder: MultilayerPerceptron?
    /// Two-hot logits [rows, bins] of the return, and the slow copy that bootstraps it.
    let value: MultilayerPerceptron?
    private let slowValue: MultilayerPerceptron?
    /// Of [xₜ, sₜ₋₁], the policy's outputs [rows, policyOutputs].
    let action: MultilayerPerceptron?
    /// Choices of each action that is taken at once.
    private let groups: [Int]
    let configuration: AgentConfiguration

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        configuration = c
        groups = c.groups
        representation = Representation(scope, c)
        let decodes = c.reconstruction != .none
        let group = c.reconstruction == .detached ? ParameterGroup.decoder : .model
        vectorDecoder =
            decodes && c.seesVectors
            ? MultilayerPerceptron(scope["vector_decoder", group], inputs: c.features, outputs: c.vector, c) : nil
        decoder = decodes && c.seesImages ? Decoder(scope["decoder", group], c) : nil
        differentialDecoder = c.decodesDifferential ? Decoder(scope["differential_decoder", group], c) : nil
        reward = MultilayerPerceptron(scope["reward"], outputs: c.bins, zero: true, c)
        continuation = MultilayerPerceptron(scope["continue"], outputs: 1, c)
        value = c.valuePredictor ? MultilayerPerceptron(scope["value"], outputs: c.bins, zero: true, c) : nil
        slowValue =
            c.valuePredictor ? MultilayerPerceptron(scope["slow_value", .slow], outputs: c.bins, zero: true, c) : nil
        action =
            c.actionPredictor
            ? MultilayerPerceptron(
                scope["action"], inputs: c.embedding + c.headFeatures, outputs: c.policyOutputs, c) : nil
    }

    /// What comes out of one batch.
    public struct Outcome {
        /// Losses, each a mean over batch and time before its scale, and how much the representation varies.
        public let metrics: TrainingMetrics
        /// Posterior states [length · batch] with their gradients stopped.
        public let states: LatentState
    }

    /// Computes every loss and adds its gradients to those of the parameters.
    ///
    /// Memory is given back as soon as it has served: each head and the decoder run forwards and backwards by
    /// themselves and leave a gradient of the states, and the sequence model leaves one of the encoders' features.
    public func learn(_ batch: SequenceBatchInput, noise: StepNoise, on tape: Tape) -> Outcome {
        let states = tape.latentState(batch.rows, configuration)
        let start = tape.checkpoint()
        let observed = batch.observations(0..<batch.rows, stepsBefore: configuration.maskStep, on: tape)
        let (views, features) = tape.measuring(.encoders) {
            let views = representation.views(observed, on: tape)
            return (views, representation.encode(views, on: tape))
        }
        features.keepGradients(on: tape)
        let encoded = tape.checkpoint()
        let differential = tape.measuring(.encoders) { representation.encodeDifferential(views, on: tape) }
        if let differential { tape.keepGradient(of: differential) }
        let allEncoded = tape.checkpoint()
        let posterior = follow(batch, features, differential, noise, on: tape)
        tape.compute { states.copy(from: posterior.state) }
        let featureDeviation = features.normalizedDeviation(on: tape)
        let stateDeviation = tape.normalizedDeviation(posterior.state.h.value)
        var metrics = losses(batch, views, features, posterior, on: tape)
        metrics[.featureDeviation] = featureDeviation
        metrics[.stateDeviation] = stateDeviation
        tape.backward(to: allEncoded)
        tape.backward(to: encoded)
        tape.backward(to: start)
        return Outcome(metrics: metrics, states: states)
    }

    private func follow(
        _ batch: SequenceBatchInput, _ features: Features, _ differential: Variable?, _ noise: StepNoise,
        on tape: Tape
    ) -> SequenceModel.Posterior {
        tape.measuring(.sequenceModel) {
            representation.sequence.observe(
                SequenceModel.Observations(
                    batch: batch.batch, length: batch.length, features: features, differentialFeatures: differential,
                    actions: limitedActions(batch, on: tape), first: batch.first, noiseZ: noise.posteriorZ,
                    noiseD: noise.posteriorD),
                carry: nil, training: true, on: tape)
        }
    }

    package func limitedActions(_ batch: SequenceBatchInput, on tape: Tape) -> Tensor {
        let limited = tape.tensor(batch.rows, configuration.actions)
        tape.limited(.constant(batch.actions), into: .constant(limited))
        return limited
    }

    /// Every loss, each a branch of its own.
    private func losses(
        _ batch: SequenceBatchInput, _ views: Representation.Views, _ features: Features,
        _ posterior: SequenceModel.Posterior, on tape: Tape
    ) -> TrainingMetrics {
        var losses = TrainingMetrics()
        let state = posterior.state
        state.keepGradients(on: tape)
        func branch(_ part: StepPart, _ body: () -> Void) {
            let before = tape.checkpoint()
            tape.measuring(part, body)
            tape.backward(to: before)
        }
        branch(.losses) { divergences(posterior, into: &losses, on: tape) }
        branch(.heads) { predictions(batch, state, into: &losses, on: tape) }
        branch(.losses) { reconstruction(batch, state, into: &losses, on: tape) }
        branch(.losses) { vectorReconstruction(batch, state, into: &losses, on: tape) }
        branch(.losses) { differentialReconstruction(views.differential, state, into: &losses, on: tape) }
        branch(.heads) { replayedValue(batch, state, into: &losses, on: tape) }
        branch(.heads) {
            actionPrediction(batch, limitedActions(batch, on: tape), features, state, into: &losses, on: tape)
        }
        losses[.modelLoss] = total(losses)
        return losses
    }

    private func total(_ losses: TrainingMetrics) -> Float {
        let c = configuration
        func loss(_ metric: TrainingMetric) -> Float { losses[metric, default: 0] }
        let prediction =
            loss(.rewardLoss) + loss(.continuationLoss) + loss(.imageLoss) + loss(.vectorLoss)
            + loss(.differentialLoss) + loss(.valueLoss) + loss(.actionLoss)
        return c.betaPrediction * prediction + c.betaDynamics * loss(.dynamicsLoss)
            + c.betaRepresentation * loss(.representationLoss) + c.betaDivergence * loss(.divergenceLoss)
    }

    // MARK: Losses

    /// Dynamics and representation losses: KL of posterior and prior, once with each side stopped, clipped below at
    /// the free nats, for z and for d.
    private func divergences(_ posterior: SequenceModel.Posterior, into losses: inout TrainingMetrics, on tape: Tape) {
        let c = configuration
        let sequence = representation.sequence
        func add(_ q: Variable, _ prior: StochasticHead) {
            let p = tape.measuring(.sequenceModel) { prior.probabilities(posterior.state.h, on: tape) }
            let kl = tape.divergence(
                q, p, free: c.freeNats, dynamics: c.betaDynamics / Float(q.rows),
                representation: c.betaRepresentation / Float(q.rows))
            let clipped = tape.read { kl.mean(atLeast: c.freeNats) }
            losses[.dynamicsLoss, default: 0] += clipped
            losses[.representationLoss, default: 0] += clipped
        }
        add(posterior.z, sequence.priorZ)
        if let q = posterior.d, let prior = sequence.priorD { add(q, prior) }
    }

    private func predictions(
        _ batch: SequenceBatchInput, _ state: LatentState, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        let c = configuration
        let each = c.betaPrediction / Float(batch.rows)
        let ofRewards = tape.twoHotLoss(
            reward(state, on: tape), target: batch.rewards, limit: c.binLimit,
            coefficients: tape.filled(batch.rows, c.rewardScale * each))
        let ofContinuations = tape.bernoulliLoss(
            continuation(state, on: tape), target: tape.complement(batch.terminal), coefficient: each)
        losses[.rewardLoss] = c.rewardScale * tape.read { ofRewards.mean }
        losses[.continuationLoss] = tape.read { ofContinuations.mean }
    }

    /// Squared error summed over pixels, and the divergence of frame differences.
    private func reconstruction(
        _ batch: SequenceBatchInput, _ state: LatentState, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        let observed = batch.observations(
            batch.rows - batch.batch..<batch.rows, stepsBefore: configuration.maskStep, on: tape)
        guard let decoder, let images = batch.images else {
            return motion(observed, prediction: nil, into: &losses, on: tape)
        }
        let c = configuration
        let frames = images.slice(batch.batch * c.imageBytes..<images.count)
        let prediction = tape.measuring(.decoder) { decoder(decoded(state), on: tape) }
        let ofImages = tape.imageLoss(prediction, target: frames, coefficient: c.betaPrediction / Float(batch.rows))
        losses[.imageLoss] = tape.read { ofImages.mean }
        motion(
            observed, prediction: prediction.value.slice(batch.rows - batch.batch..<batch.rows), into: &losses,
            on: tape)
        guard c.divergence, batch.length > 1 else { return }
        // The divergence of a pair of frames is a sum over pixels; a mean is its part of that.
        let parts = c.divergenceReduction == .mean ? Float(prediction.columns) : 1
        let pairs = Float(batch.rows - batch.batch)
        let divergence = tape.differenceDivergence(
            prediction, target: frames, first: batch.first, batch: batch.batch, temperature: c.divergenceTemperature,
            epsilon: c.divergenceEpsilon, coefficient: c.betaDivergence / (pairs * parts))
        losses[.divergenceLoss] = tape.read { divergence.mean / parts }
    }

    /// How much moves, and how far the prediction is off there and elsewhere, of each sequence's last frame: a sample of the
    /// batch that costs next to nothing.
    private func motion(
        _ observed: Observations, prediction: Tensor?, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        guard let images = observed.images, let mask = observed.movingMask(configuration, on: tape) else { return }
        let count = tape.motion(mask, first: observed.first, prediction: prediction, target: images)
        guard count.frames > 0 else { return }
        losses[.maskShare] = Float(count.moving) / Float(count.values)
        guard prediction != nil else { return }
        losses[.movingImageError] = Float(count.movingError / Double(count.frames))
        losses[.stillImageError] = Float(count.stillError / Double(count.frames))
    }

    /// The state as decoders see it.
    private func decoded(_ state: LatentState) -> LatentState {
        configuration.reconstruction == .full ? state : state.detached
    }

    /// Squared error of the predicted symlog of the vector, summed over its values.
    private func vectorReconstruction(
        _ batch: SequenceBatchInput, _ state: LatentState, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        guard let vectorDecoder, let vectors = batch.vectors else { return }
        let loss = tape.squaredError(
            vectorDecoder(decoded(state), on: tape), target: tape.symlog(vectors),
            coefficient: configuration.betaPrediction / Float(batch.rows))
        losses[.vectorLoss] = tape.read { loss.mean }
    }

    /// Squared error of the predicted differential observation, summed over pixels.
    private func differentialReconstruction(
        _ differential: Bytes?, _ state: LatentState, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        guard let differentialDecoder, let differential else { return }
        let c = configuration
        let prediction = tape.measuring(.decoder) {
            differentialDecoder(decoded(state), on: tape)
        }
        let loss = tape.imageLoss(
            prediction, target: differential, coefficient: c.betaPrediction / Float(state.rows))
        losses[.differentialLoss] = tape.read { loss.mean }
    }

    /// MuDreamer's value predictor: λ-returns of the replayed rewards, bootstrapped by its slow copy.
    private func replayedValue(
        _ batch: SequenceBatchInput, _ state: LatentState, into losses: inout TrainingMetrics, on tape: Tape
    ) {
        guard let value, let slowValue else { return }
        let c = configuration
        let slow = tape.training([]) { tape.scalar(slowValue(state.detached, on: tape), limit: c.binLimit) }
        let target = tape.lambdaReturn(
            reward: .constant(batch.rewards), continuation: .constant(tape.complement(batch.terminal)), value: slow,
            first: batch.first, count: batch.batch, gamma: c.gamma, lambda: c.lambda)
        let loss = tape.twoHotLoss(
            value(state, on: tape), target: target.value, limit: c.binLimit,
            coefficients: tape.filled(batch.rows, c.betaPrediction / Float(batch.rows)))
        losses[.valueLoss] = tape.read { loss.mean }
    }

    /// MuDreamer's action predictor: which action led from sₜ₋₁ to xₜ; undefined at the start of a sequence or episode.
    private func actionPrediction(
        _ batch: SequenceBatchInput, _ actions: Tensor, _ features: Features, _ state: LatentState,
        into losses: inout TrainingMetrics, on tape: Tape
    ) {
        guard let action else { return }
        guard batch.length > 1 else { return losses[.actionLoss] = 0 }
        let c = configuration
        let later = batch.batch..<batch.rows
        let input = FeaturesAndState(features: features.slice(later), state: state.slice(0..<later.count))
        let output = action(input, on: tape)
        let coefficients = tape.divided(tape.complement(batch.first.slice(later)), by: Float(batch.rows))
        let scaled = tape.scaled(coefficients, by: c.betaPrediction)
        let loss: Tensor
        if c.discrete {
            let groups = tape.columnGroups(groups)
            loss = tape.categoricalLoss(
                tape.softmax(output, groups: groups, unimix: c.unimix),
                chosen: tape.chosen(actions.slice(later), groups: groups), coefficients: scaled)
        } else {
            loss = tape.normalLoss(tape.normalPolicy(output), action: actions.slice(later), coefficients: scaled)
        }
        losses[.actionLoss] = tape.read { loss.dot(coefficients) }
    }
}

extension MultilayerPerceptron {
    /// Declares a network of the agent's depth and width.
    /// - Parameters:
    ///   - inputs: columns of its input; those of the state s that heads see where none are named.
    ///   - layers: hidden layers, where they are not as many as the agent's heads have.
    public init(
        _ scope: ParameterScope, inputs: Int? = nil, layers: Int? = nil, outputs: Int, zero: Bool = false,
        _ c: AgentConfiguration
    ) {
        self.init(
            scope, inputs: inputs ?? c.headFeatures, hidden: c.hidden, layers: layers ?? c.layers, outputs: outputs,
            zero: zero, epsilon: c.normEpsilon)
    }
}
