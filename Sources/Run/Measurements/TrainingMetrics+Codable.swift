extension TrainingMetric: CodingKey {
    public var stringValue: String { key }
    public var intValue: Int? { nil }

    public init?(stringValue: String) {
        guard let metric = Self.allCases.first(where: { $0.key == stringValue }) else { return nil }
        self = metric
    }

    public init?(intValue: Int) { nil }
}

/// Metrics that are not there have no key.
extension TrainingMetrics: Codable {
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: TrainingMetric.self)
        for metric in TrainingMetric.allCases {
            self[metric] = try container.decodeIfPresent(Float.self, forKey: metric)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TrainingMetric.self)
        for (metric, value) in all {
            if value.isFinite {
                try container.encode(value, forKey: metric)
            } else {
                try container.encodeNil(forKey: metric)
            }
        }
    }
}
