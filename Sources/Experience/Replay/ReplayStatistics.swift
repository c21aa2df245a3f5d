/// Numbers for metrics and the dashboard.
public struct ReplayStatistics: Sendable, Equatable {
    /// What is, and ever was, in the database.
    public var totals: StorageTotals
    /// Compressed bytes that wait to be stored.
    public var queuedBytes: Int
    public var writer: StorageStatus
    /// Commits of this process.
    public var commits: CommitMeter
    /// Compressed bytes in memory.
    public var cacheBytes: Int
    public var cacheHits: Int
    public var cacheMisses: Int
    /// Trajectories that came twice, since this process started.
    public var duplicates: Int
    /// Trajectories in the database that are not sampled because they are damaged.
    public var damaged: Int
    /// Steps inserted, replayed and deleted, as the limiter counts them.
    public var counts: RateLimit.Counts
    /// Replayed steps that are due.
    public var balance: Double
    /// How long samplers and actors have waited for each other.
    public var waits = RateLimiter.Waits()
}

/// The replay's part of a checkpoint. The trajectories themselves are in the database.
public struct ReplayState: Sendable, Equatable, Codable {
    /// Of the run that wrote the checkpoint; `ReplayBuffer.restore` tells what differs.
    public var configuration: ReplayConfiguration
    public var sampledSteps: Int
    /// Agent steps that had been stored when the checkpoint was made.
    public var insertedSteps: Int
}
