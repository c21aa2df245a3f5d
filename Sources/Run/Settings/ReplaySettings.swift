/// How experience is kept and how often it is replayed.
public struct ReplaySettings: Codable, Sendable, Equatable {
    /// Steps kept; the oldest go first.
    public var capacitySteps = 1_000_000
    /// Bytes kept on disk, or nil for no limit besides `capacitySteps`.
    public var capacityBytes: Int?
    /// Compressed bytes kept in memory.
    public var cacheBytes = 512 << 20
    /// Replayed steps per agent step.
    public var replayRatio = 1024.0
    /// Random agent steps before training starts.
    public var prefillSteps = 2500
    /// How far the replayed steps may be from their target before a side waits, in replayed steps; nil for the
    /// limiter's own choice.
    public var tolerance: Double?
    /// Batches prepared ahead of the training step.
    public var prefetch = 2
    /// Whether sequences that were never replayed come first.
    public var online = false

    public init() {}

    enum CodingKeys: String, CodingKey {
        case capacitySteps = "capacity_steps"
        case capacityBytes = "capacity_bytes"
        case cacheBytes = "cache_bytes"
        case replayRatio = "replay_ratio"
        case prefillSteps = "prefill_steps"
        case tolerance, prefetch, online
    }
}
