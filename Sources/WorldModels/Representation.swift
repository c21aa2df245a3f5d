import Networks
import Tensors

/// What turns images into states: encoders and sequence model. Actor and learner run the same code.
public struct Representation {
    public let sequence: SequenceModel
    let encoder: Encoder
    private let dynamicEncoder: Encoder?
    private let configuration: AgentConfiguration

    public init(_ store: ParameterStore, _ c: AgentConfiguration) {
        configuration = c
        sequence = SequenceModel(store, c)
        encoder = Encoder(store, "encoder", c)
        dynamicEncoder = c.modulation ? Encoder(store, "dynamic_encoder", c) : nil
    }

    /// Encoder features of images and, with modulation, of the differential observations between `previous` and them.
    /// - Parameters:
    ///   - images, previous: [count, size, size, channels].
    ///   - first: [count]; the differential observation of an episode's first step is zero.
    public func encode(
        _ images: Bytes, previous: Bytes, first: Bytes, on tape: Tape
    ) -> (features: Variable, differential: Variable?) {
        (
            encoder(images, on: tape),
            encodeDifferential(images, previous: previous, first: first, on: tape)
        )
    }

    /// Encoder features of the differential observations alone; nil without modulation.
    func encodeDifferential(_ images: Bytes, previous: Bytes, first: Bytes, on tape: Tape) -> Variable? {
        guard let dynamicEncoder else { return nil }
        let c = configuration
        let difference = tape.differential(
            images, previous: previous, first: first, size: c.image, channels: c.channels,
            threshold: c.maskThresholdInBytes, window: c.maskDilation)
        return dynamicEncoder(difference, on: tape)
    }

    /// One acting step: the state after an observation, with running statistics and no gradient.
    public func step(_ observations: SequenceModel.Observations, carry: LatentState, on tape: Tape) -> LatentState {
        sequence.observe(observations, carry: carry, training: false, on: tape).state
    }

    public static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        Encoder.specifications("encoder", c)
            + (c.modulation ? Encoder.specifications("dynamic_encoder", c) : [])
            + SequenceModel.specifications(c)
    }
}

extension AgentConfiguration {
    /// The smallest difference of two bytes that exceeds the mask's threshold.
    var maskThresholdInBytes: Int {
        (1...255).first { Double($0) / 255 > maskThreshold } ?? 256
    }
}
