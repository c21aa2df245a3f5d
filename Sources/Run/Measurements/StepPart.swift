/// The parts of a training step that time and work are charged to, in the order of reports; raw values are numbers of the
/// tensors' clock.
public enum StepPart: Int, CaseIterable, Sendable {
    case encoders = 2
    case sequenceModel, heads, decoder, losses
    case backward = 1
    case imagination = 7
    case actor, critic, behavior, exchange, optimizer
    case other = 0

    /// As reports call it.
    public var name: String {
        switch self {
        case .encoders: "encoders"
        case .sequenceModel: "sequence model"
        case .heads: "heads"
        case .decoder: "decoder"
        case .losses: "losses"
        case .backward: "backward"
        case .imagination: "imagination"
        case .actor: "actor"
        case .critic: "critic"
        case .behavior: "behaviour"
        case .exchange: "exchange"
        case .optimizer: "optimiser"
        case .other: "other"
        }
    }
}

extension StepPart: CodingKey {
    /// The key in `metrics.jsonl`: "seconds.sequence_model".
    public var stringValue: String { "seconds." + name.replacing(" ", with: "_") }
    public var intValue: Int? { nil }

    public init?(stringValue: String) {
        guard let part = Self.allCases.first(where: { $0.stringValue == stringValue }) else { return nil }
        self = part
    }

    public init?(intValue: Int) { nil }
}
