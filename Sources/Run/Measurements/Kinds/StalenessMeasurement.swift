/// Trajectories that arrived since the last such measurement, by how many versions the oldest policy that chose their
/// steps was behind the newest.
public struct StalenessMeasurement: Codable, Sendable, Equatable {
    public var summary: Summary
    /// How many had staleness 0, 1, 2–3, 4–7, and so on: `from_0`, `from_1`, `from_2`, `from_4`, …; a class without any
    /// has no key.
    public var classes: [Int]

    public struct Summary: Codable, Sendable, Equatable {
        /// How many arrived.
        public var trajectories: Int
        /// Mean staleness, in versions.
        public var mean: Double
        /// Highest staleness, in versions.
        public var maximum: Double
        /// Trajectories beyond `learner.staleness_limit`.
        public var aboveLimit: Int

        public init(trajectories: Int, mean: Double, maximum: Double, aboveLimit: Int) {
            self.trajectories = trajectories
            self.mean = mean
            self.maximum = maximum
            self.aboveLimit = aboveLimit
        }

        enum CodingKeys: String, CodingKey {
            case trajectories, mean, maximum
            case aboveLimit = "above_limit"
        }
    }

    public init(summary: Summary, classes: [Int]) {
        self.summary = summary
        self.classes = classes
    }

    /// The key of a class: its lowest staleness.
    private struct ClassKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(class index: Int) { stringValue = "from_\(index == 0 ? 0 : 1 << (index - 1))" }
    }

    public init(from decoder: any Decoder) throws {
        summary = try Summary(from: decoder)
        classes = []
        let container = try decoder.container(keyedBy: ClassKey.self)
        for index in 0..<Int.bitWidth {
            guard let count = try container.decodeIfPresent(Int.self, forKey: ClassKey(class: index)) else { continue }
            while classes.count <= index { classes.append(0) }
            classes[index] = count
        }
    }

    public func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: ClassKey.self)
        for (index, count) in classes.enumerated() where count > 0 {
            try container.encode(count, forKey: ClassKey(class: index))
        }
    }
}
