import Experience

/// What happens in a replay. All of it goes one way: to the receiver that the replay is opened with, which is called on the
/// thread where it happens, must be quick, and may ask for nothing that waits.
public enum ReplayEvent: Sendable, Equatable {
    /// These are on disk and can be sampled: now, and only now, they may be acknowledged. Those that are refused are not.
    /// - insertedSteps: agent steps that were ever stored, these among them.
    case settled([SettledTrajectory], insertedSteps: Int)
    /// As many bytes as are allowed wait for the disk, or half of them are stored again. What is inserted nevertheless is
    /// kept, too.
    case queue(isFull: Bool)
    /// Training is so far behind the replay ratio that actors should wait, or no longer.
    case training(isBehind: Bool)
    /// Training has waited for long.
    case stall(RateLimiter.Stall)
    /// Storing fails, or works again.
    case writing(StorageStatus)
    /// Reading what is stored fails, or works again.
    case reading(StorageStatus)
    /// A stored trajectory is damaged, for the reason in one line, and will not be sampled again.
    case damaged(String)
}

/// A trajectory that was handed over and has been dealt with.
public struct SettledTrajectory: Sendable, Equatable {
    public var key: TrajectoryKey
    public var outcome: StorageOutcome

    public init(key: TrajectoryKey, outcome: StorageOutcome) {
        self.key = key
        self.outcome = outcome
    }
}
