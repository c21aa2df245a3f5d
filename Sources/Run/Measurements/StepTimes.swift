/// Seconds that training steps spent on each of their parts.
public struct StepTimes: Sendable, Equatable {
    private var seconds: [StepPart: Double]

    public init(_ seconds: [StepPart: Double] = [:]) { self.seconds = seconds }

    /// Nil where nothing was measured.
    public subscript(part: StepPart) -> Double? { seconds[part] }

    /// What is there, in the order of reports.
    public var all: [(part: StepPart, seconds: Double)] {
        StepPart.allCases.compactMap { part in seconds[part].map { (part, $0) } }
    }

    /// Adds another step's.
    public mutating func add(_ other: StepTimes) {
        seconds.merge(other.seconds, uniquingKeysWith: +)
    }

    /// The mean of `steps` of them.
    public func divided(by steps: Int) -> StepTimes {
        StepTimes(seconds.mapValues { $0 / Double(steps) })
    }
}

/// Parts that were not measured have no key.
extension StepTimes: Codable {
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: StepPart.self)
        for part in StepPart.allCases {
            seconds[part] = try container.decodeIfPresent(Double.self, forKey: part)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: StepPart.self)
        for (part, seconds) in all { try container.encode(seconds, forKey: part) }
    }
}
