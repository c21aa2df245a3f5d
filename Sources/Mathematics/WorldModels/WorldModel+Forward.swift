import AgentChoice
import Networks
import Tensors

extension WorldModel {
    /// Predicts from one batch all that the world model learns to predict, with no gradient and no loss: encoders, states and
    /// their priors, decoders and heads, each once. It is what Table 11 of the MuDreamer paper counts; the slow copies are not
    /// part of it, nor is the state before an episode.
    package func predict(_ batch: SequenceBatchInput, noise: StepNoise, on tape: Tape) {
        let observed = batch.observations(0..<batch.rows, stepsBefore: configuration.maskStep, on: tape)
        let (features, differential) = representation.encode(observed, on: tape)
        let actions = limitedActions(batch, on: tape)
        let sequence = representation.sequence
        let state = sequence.observe(
            SequenceModel.Observations(
                batch: batch.batch, length: batch.length, features: features, differentialFeatures: differential,
                actions: actions, first: batch.first, noiseZ: noise.posteriorZ, noiseD: noise.posteriorD),
            carry: tape.latentState(batch.batch, configuration), training: false, on: tape
        ).state
        for prior in [sequence.priorZ, sequence.priorD] { _ = prior?.probabilities(state.h, on: tape) }
        for decoder in [decoder, differentialDecoder] { _ = decoder?(state, on: tape) }
        for head in [vectorDecoder, reward, continuation, value] { _ = head?(state, on: tape) }
        _ = action?(FeaturesAndState(features: features, state: state), on: tape)
    }
}
