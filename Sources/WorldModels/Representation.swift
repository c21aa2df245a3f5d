import Networks
import Tensors

/// What turns images into states: encoders and sequence model. Actor and learner run the same code.
public struct Representation {
    public let sequence: SequenceModel
    private let encoder: Encoder
    private let dynamicEncoder: Encoder?
    private let configuration: AgentConfiguration

    public init(_ store: ParameterStore, _ c: AgentConfiguration) {
        configuration = c
        sequence = SequenceModel(store, c)
        encoder = Encoder(store, "encoder", channels: c.encoderChannels, c)
        dynamicEncoder = c.modulation ? Encoder(store, "dynamic_encoder", channels: c.channels, c) : nil
    }

    /// What the model sees of images.
    public struct Encoded {
        /// Encoder features x of o [count, embedding].
        public let features: Variable
        /// The same of o′, with modulation.
        public let differentialFeatures: Variable?
        /// The differential observations o′ [count, size, size, channels], where anything is made of them.
        public let differential: Bytes?
    }

    /// Encodes images and the differential observations between `previous` and them.
    /// - Parameters:
    ///   - images, previous: [count, size, size, channels].
    ///   - first: [count]; the differential observation of an episode's first step is zero.
    public func encode(_ images: Bytes, previous: Bytes, first: Bytes, on tape: Tape) -> Encoded {
        let c = configuration
        guard c.observesDifferential else {
            return Encoded(features: encoder(images, on: tape), differentialFeatures: nil, differential: nil)
        }
        let differential = tape.differential(
            images, previous: previous, first: first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
        let seen =
            c.differentialChannels ? tape.joinChannels(images, differential, channels: c.channels) : images
        return Encoded(
            features: encoder(seen, on: tape), differentialFeatures: dynamicEncoder?(differential, on: tape),
            differential: differential)
    }

    /// One acting step: the state after an observation, with running statistics and no gradient.
    public func step(_ observations: SequenceModel.Observations, carry: LatentState, on tape: Tape) -> LatentState {
        sequence.observe(observations, carry: carry, training: false, on: tape).state
    }

    public static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        Encoder.specifications("encoder", channels: c.encoderChannels, c)
            + (c.modulation ? Encoder.specifications("dynamic_encoder", channels: c.channels, c) : [])
            + SequenceModel.specifications(c)
    }
}

extension AgentConfiguration {
    /// The smallest difference of two bytes that exceeds the mask's threshold.
    var maskThresholdInBytes: Int {
        (1...255).first { Double($0) / 255 > maskThreshold } ?? 256
    }
}
