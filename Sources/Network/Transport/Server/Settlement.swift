import Experience

/// What became of a trajectory that an endpoint was handed.
public struct Settlement: Sendable, Equatable {
    public enum Outcome: Sendable, Equatable {
        /// Committed: it survives the learner and the machine.
        case stored
        /// It had been stored before.
        case duplicate
        /// It will never be stored, for a reason in one line.
        case refused(String)
    }

    public var key: TrajectoryKey
    public var outcome: Outcome

    public init(key: TrajectoryKey, outcome: Outcome) {
        self.key = key
        self.outcome = outcome
    }
}
