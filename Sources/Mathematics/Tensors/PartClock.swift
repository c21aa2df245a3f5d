import Glibc

/// The parts of a training step that time is charged to.
public enum StepPart: Int, CaseIterable, Sendable {
    case encoders, sequenceModel, heads, decoder, losses, backward, imagination, behavior, optimizer, other

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
        case .behavior: "behaviour"
        case .optimizer: "optimiser"
        case .other: "other"
        }
    }
}

/// Charges time to the part of a step that runs: what is measured inside another part counts for the inner one only.
///
/// Costs one reading of the clock at each change, a few hundred in a step.
public struct PartClock {
    private var spent: [UInt64] = Array(repeating: 0, count: StepPart.allCases.count)
    private var current = StepPart.other
    private var since: UInt64 = now()

    public init() {}

    /// Seconds charged to `part` so far.
    public func seconds(_ part: StepPart) -> Double { Double(spent[part.rawValue]) * 1e-9 }

    /// Charges from now on to `part`.
    /// - Returns: what was charged before, to return to.
    mutating func enter(_ part: StepPart) -> StepPart {
        let time = Self.now()
        spent[current.rawValue] += time - since
        since = time
        defer { current = part }
        return current
    }

    /// Starts from zero.
    public mutating func reset() {
        for index in spent.indices { spent[index] = 0 }
        since = Self.now()
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Tape {
    /// Runs `body` and charges its time to `part`.
    public func measuring<Result>(_ part: StepPart, _ body: () throws -> Result) rethrows -> Result {
        let before = clock.enter(part)
        defer { _ = clock.enter(before) }
        return try body()
    }
}
