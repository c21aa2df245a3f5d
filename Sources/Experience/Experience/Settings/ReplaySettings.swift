import Diagnostics
import Fields

/// How experience is kept and how often it is replayed.
public struct ReplaySettings: FieldGroup {
    /// Agent steps that are kept; the oldest trajectories leave first.
    public var capacitySteps = 1_000_000
    /// Compressed bytes that are kept on disk, where that is scarcer than steps; nil for no such limit.
    public var capacityBytes: Int?
    /// Compressed bytes that are kept in memory.
    public var cacheBytes = 512 << 20
    /// Replayed steps per agent step.
    public var replayRatio = 1024.0
    /// Random agent steps before training starts.
    public var prefillSteps = 2500
    /// How far, in replayed steps, training may run ahead of or fall behind the ratio before a side waits; nil for twice
    /// what batches and trajectories need, so that the next trajectory is on its way while the one before is replayed.
    public var tolerance: Double?
    /// Batches that are made ready ahead of the training step.
    public var prefetch = 2
    /// Whether training gets sequences that it has never had first, and others only when there are none.
    public var online = false

    /// Agent steps beyond any run; their replayed steps can still be counted.
    public static let mostSteps = 1 << 40

    public static let fields: [Field<ReplaySettings>] = [
        Field("capacity_steps", \.capacitySteps, .within(1...mostSteps)),
        Field("capacity_bytes", optional: \.capacityBytes, .positive),
        Field("cache_bytes", \.cacheBytes, .notNegative),
        Field("replay_ratio", \.replayRatio, Rule("must be positive, at most 1e6") { $0 > 0 && $0 <= 1e6 }),
        Field("prefill_steps", \.prefillSteps, .within(1...mostSteps)),
        Field("tolerance", optional: \.tolerance, .positive),
        Field("prefetch", \.prefetch, .positive),
        Field("online", \.online),
    ]

    public init() {}

    /// Checks what must hold for training to start: it needs one whole sequence of `length` trained steps with the frame
    /// before it, and experience that is evicted before the prefill is complete would never let it start. Whole trajectories
    /// leave, so that a full replay may be a trajectory but a step below its capacity.
    public func check(length: Int, trajectorySteps: Int) throws(UserError) {
        try Requirement.check(
            prefillSteps >= length + 1,
            "replay.prefill_steps must be at least agent.length + 1 = \(length + 1), got \(prefillSteps)")
        let least = prefillSteps + trajectorySteps - 1
        try Requirement.check(
            capacitySteps >= least,
            "replay.capacity_steps must be at least replay.prefill_steps + actors.trajectory_steps - 1 = \(least), got "
                + "\(capacitySteps)")
    }
}
