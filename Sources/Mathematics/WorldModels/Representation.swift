import AgentChoice
import Networks
import Tensors

/// What is observed in a number of rows.
public struct Observations {
    /// [rows, size, size, channels]; nil where there are no images, as `previous` is.
    public let images: Bytes?
    /// The image some steps before each, with which it is compared.
    public let previous: Bytes?
    /// [rows, values]; nil where there are no vectors.
    public let vectors: Tensor?
    /// [rows]; the differential observation of an episode's first step is zero.
    public let first: Bytes

    public init(images: Bytes?, previous: Bytes?, vectors: Tensor? = nil, first: Bytes) {
        (self.images, self.previous, self.vectors, self.first) = (images, previous, vectors, first)
    }
}

/// What turns observations into states: encoders and sequence model. Actor and learner run the same code.
public struct Representation {
    public let sequence: SequenceModel
    private let encoder: Encoder?
    private let vectorEncoder: VectorEncoder?
    private let dynamicEncoder: Encoder?
    private let configuration: AgentConfiguration

    public init(_ scope: ParameterScope, _ c: AgentConfiguration) {
        configuration = c
        encoder =
            c.seesImages
            ? Encoder(scope["encoder"], channels: c.encoderChannels, depth: c.convolutionDepth, c) : nil
        vectorEncoder = c.seesVectors ? VectorEncoder(scope["vector_encoder"], c) : nil
        dynamicEncoder =
            c.modulation
            ? Encoder(scope["dynamic_encoder"], channels: c.channels, depth: c.dynamicDepth, c) : nil
        sequence = SequenceModel(scope["rssm"], c)
    }

    /// What the encoders see.
    struct Views {
        /// Images o [count, size, size, channels], with o′ as further channels where it is appended.
        let images: Bytes?
        let vectors: Tensor?
        /// Differential observations o′ [count, size, size, channels], where anything is made of them.
        let differential: Bytes?
    }

    func views(_ observed: Observations, on tape: Tape) -> Views {
        let c = configuration
        guard c.observesDifferential, let images = observed.images, let previous = observed.previous else {
            return Views(images: observed.images, vectors: observed.vectors, differential: nil)
        }
        let differential = tape.differential(
            images, previous: previous, first: observed.first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
        return Views(
            images: c.differentialChannels ? tape.joinChannels(images, differential, channels: c.channels) : images,
            vectors: observed.vectors, differential: differential)
    }

    /// Encoder features x of what is observed [count, embedding].
    func encode(_ views: Views, on tape: Tape) -> Features {
        var (image, vector): (Variable?, Variable?)
        if let encoder, let images = views.images { image = encoder(images, on: tape) }
        if let vectorEncoder, let vectors = views.vectors { vector = vectorEncoder(vectors, on: tape) }
        return Features(image: image, vector: vector)
    }

    /// The same of o′; nil without modulation.
    func encodeDifferential(_ views: Views, on tape: Tape) -> Variable? {
        guard let dynamicEncoder, let differential = views.differential else { return nil }
        return dynamicEncoder(differential, on: tape)
    }

    /// Features of what is observed and, with modulation, of the differential observations.
    public func encode(_ observed: Observations, on tape: Tape) -> (features: Features, differential: Variable?) {
        let views = views(observed, on: tape)
        return (encode(views, on: tape), encodeDifferential(views, on: tape))
    }

    /// One acting step: the state after an observation, with running statistics and no gradient.
    public func step(_ observations: SequenceModel.Observations, carry: LatentState, on tape: Tape) -> LatentState {
        sequence.observe(observations, carry: carry, training: false, on: tape).state
    }
}

extension AgentConfiguration {
    /// The smallest difference of two bytes that exceeds the mask's threshold.
    package var maskThresholdInBytes: Int {
        (1...255).first { Double($0) / 255 > maskThreshold } ?? 256
    }
}
