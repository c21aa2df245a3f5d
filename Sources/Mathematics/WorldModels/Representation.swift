import AgentChoice
import Networks
import Tensors

/// What turns images into states: encoders and sequence model. Actor and learner run the same code.
public struct Representation {
    public let sequence: SequenceModel
    private let encoder: Encoder
    private let dynamicEncoder: Encoder?
    private let configuration: AgentConfiguration

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        configuration = c
        encoder = Encoder(scope["encoder"], channels: c.encoderChannels, c)
        dynamicEncoder = c.modulation ? Encoder(scope["dynamic_encoder"], channels: c.channels, c) : nil
        sequence = SequenceModel(scope["rssm"], c)
    }

    /// What the encoders see.
    struct Views {
        /// Images o [count, size, size, channels], with o′ as further channels where it is appended.
        let images: Bytes
        /// Differential observations o′ [count, size, size, channels], where anything is made of them.
        let differential: Bytes?
    }

    /// - Parameters:
    ///   - images, previous: [count, size, size, channels].
    ///   - first: [count]; the differential observation of an episode's first step is zero.
    func views(_ images: Bytes, previous: Bytes, first: Bytes, on tape: Tape) -> Views {
        let c = configuration
        guard c.observesDifferential else { return Views(images: images, differential: nil) }
        let differential = tape.differential(
            images, previous: previous, first: first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
        return Views(
            images: c.differentialChannels ? tape.joinChannels(images, differential, channels: c.channels) : images,
            differential: differential)
    }

    /// Encoder features x of o [count, embedding].
    func encode(_ views: Views, on tape: Tape) -> Variable { encoder(views.images, on: tape) }

    /// The same of o′; nil without modulation.
    func encodeDifferential(_ views: Views, on tape: Tape) -> Variable? {
        guard let dynamicEncoder, let differential = views.differential else { return nil }
        return dynamicEncoder(differential, on: tape)
    }

    /// Features of images and, with modulation, of the differential observations between `previous` and them.
    public func encode(
        _ images: Bytes, previous: Bytes, first: Bytes, on tape: Tape
    ) -> (features: Variable, differential: Variable?) {
        let views = views(images, previous: previous, first: first, on: tape)
        return (encode(views, on: tape), encodeDifferential(views, on: tape))
    }

    /// One acting step: the state after an observation, with running statistics and no gradient.
    public func step(_ observations: SequenceModel.Observations, carry: LatentState, on tape: Tape) -> LatentState {
        sequence.observe(observations, carry: carry, training: false, on: tape).state
    }
}

extension AgentConfiguration {
    /// The smallest difference of two bytes that exceeds the mask's threshold.
    var maskThresholdInBytes: Int {
        (1...255).first { Double($0) / 255 > maskThreshold } ?? 256
    }
}
