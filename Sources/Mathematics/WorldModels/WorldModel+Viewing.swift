import AgentChoice
import Tensors

// What pictures of a world model are made of: nothing here has a gradient, and running statistics stay as they are.

extension WorldModel {
    /// Posterior states [length · batch] after each observation; an episode, or the model's knowledge of one, begins with the
    /// first.
    package func observe(
        _ batch: SequenceBatchInput, noiseZ: Tensor, noiseD: Tensor?, on tape: Tape
    ) -> LatentState {
        let observed = batch.observations(0..<batch.rows, stepsBefore: configuration.maskStep, on: tape)
        let (features, differential) = representation.encode(observed, on: tape)
        return representation.sequence.observe(
            SequenceModel.Observations(
                batch: batch.batch, length: batch.length, features: features, differentialFeatures: differential,
                actions: limitedActions(batch, on: tape), first: batch.first, noiseZ: noiseZ, noiseD: noiseD),
            carry: nil, training: false, on: tape
        ).state
    }

    /// What the decoder shows of `state`, in [0, 1] as far as it has learned that [rows, size · size · channels]; nil without one.
    package func images(of state: LatentState, on tape: Tape) -> Tensor? { decoder?(state, on: tape).value }
}

extension SequenceBatchInput {
    /// What moves, 255 or 0 for each value of each frame, and the differential observations o′ that it leaves of them
    /// [length · batch, size · size · channels]; nil where there are no images.
    package func motion(_ c: AgentConfiguration, on tape: Tape) -> (mask: Bytes, differential: Bytes)? {
        let observed = observations(0..<rows, stepsBefore: c.maskStep, on: tape)
        guard let images = observed.images, let previous = observed.previous,
            let mask = observed.movingMask(c, on: tape)
        else { return nil }
        let differential = tape.differential(
            images, previous: previous, first: first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
        return (mask, differential)
    }
}
