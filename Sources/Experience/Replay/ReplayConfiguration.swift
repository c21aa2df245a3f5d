import Experience

/// Sizes and ratio of a replay, as they stand in a run's configuration file.
public struct ReplayConfiguration: Sendable, Equatable, Codable {
    /// Agent steps that are kept; the oldest trajectories leave first.
    public var capacitySteps = 1_000_000
    /// Compressed bytes that are kept, where disk is scarcer than steps; nil for no such limit.
    public var capacityBytes: Int?
    /// Compressed bytes that are kept in memory.
    public var cacheBytes = 512 << 20
    /// Compressed bytes that may wait to be stored.
    public var queueBytes = 256 << 20
    /// Replayed steps per agent step.
    public var replayRatio: Double = 1024
    /// Agent steps before the first batch.
    public var prefillSteps = 2500
    /// Agent steps that arrive at once, in a trajectory.
    public var trajectorySteps = Trajectory.usualSteps
    /// How far, in replayed steps, training may run ahead of or fall behind the ratio; nil for twice what batches and
    /// trajectories need, so that the next trajectory is on its way while the one before is replayed.
    public var tolerance: Double?
    /// Batches that are made ready in advance; with 0 sampling is synchronous and reproducible.
    public var prefetch = 2
    /// Trajectories whose policy was more versions behind than this when they arrived are stored, but not sampled; nil
    /// for no such limit.
    public var maximumStaleness: Int?
    /// Whether training gets sequences that it has never had first, and others only when there are none.
    public var online = false

    public init() {}

    enum CodingKeys: String, CodingKey {
        case capacitySteps = "capacity_steps"
        case capacityBytes = "capacity_bytes"
        case cacheBytes = "cache_bytes"
        case queueBytes = "queue_bytes"
        case replayRatio = "replay_ratio"
        case prefillSteps = "prefill_steps"
        case trajectorySteps = "trajectory_steps"
        case tolerance
        case prefetch
        case maximumStaleness = "maximum_staleness"
        case online
    }

    /// Keys that are absent keep their defaults.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        capacitySteps = try values.decodeIfPresent(Int.self, forKey: .capacitySteps) ?? capacitySteps
        capacityBytes = try values.decodeIfPresent(Int.self, forKey: .capacityBytes)
        cacheBytes = try values.decodeIfPresent(Int.self, forKey: .cacheBytes) ?? cacheBytes
        queueBytes = try values.decodeIfPresent(Int.self, forKey: .queueBytes) ?? queueBytes
        replayRatio = try values.decodeIfPresent(Double.self, forKey: .replayRatio) ?? replayRatio
        prefillSteps = try values.decodeIfPresent(Int.self, forKey: .prefillSteps) ?? prefillSteps
        trajectorySteps = try values.decodeIfPresent(Int.self, forKey: .trajectorySteps) ?? trajectorySteps
        tolerance = try values.decodeIfPresent(Double.self, forKey: .tolerance)
        prefetch = try values.decodeIfPresent(Int.self, forKey: .prefetch) ?? prefetch
        online = try values.decodeIfPresent(Bool.self, forKey: .online) ?? online
        maximumStaleness = try values.decodeIfPresent(Int.self, forKey: .maximumStaleness)
    }

    /// Refuses sizes that cannot work; the limiter checks ratio and tolerance.
    func validate(training: SampleShape) throws(ReplayError) {
        let positive = [
            ("capacity_steps", capacitySteps), ("capacity_bytes", capacityBytes ?? 1), ("queue_bytes", queueBytes),
        ]
        for (name, value) in positive where value < 1 {
            throw ReplayError(.configuration, "\(name) is \(value), it must be at least 1")
        }
        for (name, value) in [("prefetch", prefetch), ("cache_bytes", cacheBytes)] where value < 0 {
            throw ReplayError(.configuration, "\(name) is \(value), it must not be negative")
        }
        let needed = max(prefillSteps, training.length + 1)
        guard capacitySteps >= needed else {
            throw ReplayError(
                .configuration,
                "capacity_steps is \(capacitySteps), but prefill_steps and the sequence length need at least \(needed): "
                    + "training would wait for ever")
        }
    }

    /// A line for each setting that is not as in `other`.
    func differences(from other: ReplayConfiguration) -> [String] {
        let pairs: [(CodingKeys, String, String)] = [
            (.capacitySteps, "\(other.capacitySteps)", "\(capacitySteps)"),
            (.capacityBytes, Self.text(other.capacityBytes), Self.text(capacityBytes)),
            (.cacheBytes, "\(other.cacheBytes)", "\(cacheBytes)"),
            (.queueBytes, "\(other.queueBytes)", "\(queueBytes)"),
            (.replayRatio, "\(other.replayRatio)", "\(replayRatio)"),
            (.prefillSteps, "\(other.prefillSteps)", "\(prefillSteps)"),
            (.trajectorySteps, "\(other.trajectorySteps)", "\(trajectorySteps)"),
            (.tolerance, Self.text(other.tolerance), Self.text(tolerance)),
            (.prefetch, "\(other.prefetch)", "\(prefetch)"),
            (.online, "\(other.online)", "\(online)"),
            (.maximumStaleness, Self.text(other.maximumStaleness), Self.text(maximumStaleness)),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0.rawValue) was \($0.1), is now \($0.2)" }
    }

    private static func text(_ value: (some CustomStringConvertible)?) -> String {
        value.map { "\($0)" } ?? "not set"
    }
}
