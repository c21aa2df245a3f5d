import Experience

/// B sampled sequences of T trained steps, time-major, in buffers that are used again.
///
/// Of the T + 1 frames of each sequence the first serves only as o_{t−1}: step t of the other columns belongs to
/// `images[t + 1]`.
public struct SequenceBatch: Sendable {
    public let shape: SampleShape
    public let replay: ReplayShape
    /// Pixels [T+1, B, height, width, channels].
    public internal(set) var images: [UInt8]
    /// Actions aₜ₋₁ that led to each step [T, B, A].
    public internal(set) var actions: [Float]
    /// Rewards [T, B].
    public internal(set) var rewards: [Float]
    /// 1 at an episode's first step, else 0 [T, B].
    public internal(set) var isFirst: [UInt8]
    /// 1 where the task was over, else 0 [T, B].
    public internal(set) var isTerminal: [UInt8]
    /// Version of the policy that chose each action [T, B].
    public internal(set) var policyVersions: [UInt64]

    public init(shape: SampleShape, replay: ReplayShape) {
        self.shape = shape
        self.replay = replay
        images = [UInt8](repeating: 0, count: (shape.length + 1) * shape.sequences * replay.image.count)
        actions = [Float](repeating: 0, count: shape.steps * replay.actionCount)
        rewards = [Float](repeating: 0, count: shape.steps)
        isFirst = [UInt8](repeating: 0, count: shape.steps)
        isTerminal = [UInt8](repeating: 0, count: shape.steps)
        policyVersions = [UInt64](repeating: 0, count: shape.steps)
    }

    /// How old the policies were that chose these actions.
    public var versions: PolicyVersions {
        PolicyVersions(policyVersions)
    }
}

/// A summary of policy versions; what was chosen at random (version 0) is only counted.
public struct PolicyVersions: Sendable, Equatable {
    public var oldest: UInt64 = 0
    public var newest: UInt64 = 0
    public var mean: Double = 0
    /// Steps without a policy.
    public var random = 0

    init(_ versions: [UInt64]) {
        var sum = 0.0
        oldest = .max
        for version in versions {
            if version == 0 {
                random += 1
            } else {
                oldest = min(oldest, version)
                newest = max(newest, version)
                sum += Double(version)
            }
        }
        let chosen = versions.count - random
        if chosen > 0 { mean = sum / Double(chosen) } else { oldest = 0 }
    }

    /// Mean number of versions between these actions and `current`.
    public func staleness(current: UInt64) -> Double { Double(current) - mean }
}
