import Measurements
import Tensors

extension PartClock {
    /// Seconds charged to `part` so far.
    public func seconds(_ part: StepPart) -> Double { seconds(part.rawValue) }
}

extension StepTimes {
    /// What a clock has charged to each part.
    public init(_ clock: PartClock) {
        self.init(Dictionary(uniqueKeysWithValues: StepPart.allCases.map { ($0, clock.seconds($0)) }))
    }
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
