import Wire

/// Which versions of the policy are evaluated: the first that comes at or after each multiple of a number.
struct EvaluationSchedule {
    private let every: UInt64
    private var generation: UInt64?
    /// Multiples that were reached.
    private var reached: UInt64 = 0

    /// - Parameter every: versions from one to the next, at least 1.
    init(every: Int) {
        self.every = UInt64(max(1, every))
    }

    /// Whether a version that came is to be played. A learner that was started again may have gone back to lower versions.
    mutating func isDue(_ weights: WeightsIdentity) -> Bool {
        let multiple = weights.version / every
        if generation != weights.learnerGeneration {
            (generation, reached) = (weights.learnerGeneration, min(reached, multiple))
        }
        defer { reached = max(reached, multiple) }
        return multiple > reached
    }
}
