/// Training steps since the last such measurement.
public struct TrainingMeasurement: Codable, Sendable, Equatable {
    public var state: TrainingState
    /// Versions between the newest policy and those that chose the replayed steps, on average; nil where none is known.
    public var replayedStaleness: Double?
    /// Means over the steps that were not left out; those that the agent does not have are absent.
    public var metrics: TrainingMetrics
    /// What a step took on average, by part; lines of older programs lack it.
    public var times: StepTimes

    public init(
        state: TrainingState, replayedStaleness: Double?, metrics: TrainingMetrics, times: StepTimes = StepTimes()
    ) {
        self.state = state
        self.replayedStaleness = replayedStaleness
        self.metrics = metrics
        self.times = times
    }

    enum CodingKeys: String, CodingKey {
        case replayedStaleness = "replayed_staleness"
    }

    public init(from decoder: any Decoder) throws {
        state = try TrainingState(from: decoder)
        metrics = try TrainingMetrics(from: decoder)
        times = try StepTimes(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        replayedStaleness = try container.decodeIfPresent(Double.self, forKey: .replayedStaleness)
    }

    public func encode(to encoder: any Encoder) throws {
        try state.encode(to: encoder)
        try metrics.encode(to: encoder)
        try times.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(replayedStaleness, forKey: .replayedStaleness)
    }
}
