import Tensors

/// The parts of a training step that time and work are charged to, in the order of reports; raw values are numbers of the clock.
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

extension PartClock {
    /// Seconds charged to `part` so far.
    public func seconds(_ part: StepPart) -> Double { seconds(part.rawValue) }
}

extension WorkLedger {
    /// The work of `part` so far.
    public subscript(part: StepPart) -> WorkCount { self[part.rawValue] }
}

extension Tape {
    /// Runs `body` and charges its time and its work to `part`.
    public func measuring<Result>(_ part: StepPart, _ body: () throws -> Result) rethrows -> Result {
        try measuring(part.rawValue, body)
    }
}
