/// How replayed steps keep pace with agent steps: Reverb's algebra, without waiting.
///
/// With r replayed steps per agent step, i steps inserted, s sampled and d deleted, the balance is
///
///     D = i·r − s,
///
/// how many replayed steps are due. Sampling n steps needs i − d ≥ minimum and D − n ≥ lower; inserting n steps needs
/// i − d < minimum or D + n·r ≤ upper. Lower and upper lie one tolerance around r·minimum, so that the prefill itself is
/// not to be made up for. Reverb inserts one at a time and asks for i − d + n ≤ minimum; with many at a time that could
/// block the last of the prefill while sampling still waits for it.
public struct RateLimit: Sendable, Equatable {
    /// Replayed steps per agent step.
    public let replayRatio: Double
    /// Agent steps before the first sample.
    public let minimumSteps: Int
    /// Where the balance may lie, in replayed steps.
    public let balances: ClosedRange<Double>
    /// Replayed steps that are sampled at once.
    public let sampleSteps: Int
    /// Agent steps that are inserted at once.
    public let insertSteps: Int
    public private(set) var counts = Counts()
    /// False while no sequence is long enough to be sampled; inserting is then free, or nothing would ever be.
    public private(set) var hasSequence = false

    /// All that a checkpoint needs to keep.
    public struct Counts: Sendable, Equatable, Codable {
        public var inserted = 0
        public var sampled = 0
        public var deleted = 0

        public init() {}

        /// Agent steps in the replay.
        public var size: Int { inserted - deleted }

        public static func + (one: Self, other: Self) -> Self {
            var sum = one
            sum.inserted += other.inserted
            sum.sampled += other.sampled
            sum.deleted += other.deleted
            return sum
        }

        public static func - (one: Self, other: Self) -> Self {
            var difference = one
            difference.inserted -= other.inserted
            difference.sampled -= other.sampled
            difference.deleted -= other.deleted
            return difference
        }
    }

    /// - Parameter tolerance: in replayed steps; nil for twice as much as is needed, so that trajectories arrive while
    ///   those before are replayed, and yet are of nearly the newest policy.
    /// - Throws: `ReplayError.configuration` for settings that are impossible or end with both sides waiting.
    public init(
        replayRatio: Double, minimumSteps: Int, tolerance: Double? = nil, sampleSteps: Int, insertSteps: Int
    ) throws(ReplayError) {
        try Self.check(replayRatio)
        let center = replayRatio * Double(minimumSteps)
        let least = max(max(1, replayRatio), (Double(sampleSteps) + Double(insertSteps) * replayRatio) / 2)
        let tolerance = tolerance ?? 2 * least
        guard tolerance.isFinite && tolerance >= 0 else {
            throw ReplayError(.configuration, "tolerance is \(tolerance), it must be a number of replayed steps")
        }
        try self.init(
            replayRatio: replayRatio, minimumSteps: minimumSteps, balances: center - tolerance...center + tolerance,
            sampleSteps: sampleSteps, insertSteps: insertSteps)
    }

    /// The same with bounds that need not lie symmetrically.
    public init(
        replayRatio: Double, minimumSteps: Int, balances: ClosedRange<Double>, sampleSteps: Int, insertSteps: Int
    ) throws(ReplayError) {
        self.replayRatio = replayRatio
        self.minimumSteps = minimumSteps
        self.balances = balances
        self.sampleSteps = sampleSteps
        self.insertSteps = insertSteps
        try validate()
    }

    private static func check(_ replayRatio: Double) throws(ReplayError) {
        // The upper end keeps the balance of 10⁹ steps an exact number.
        guard replayRatio > 0 && replayRatio <= 1e6 else {
            throw ReplayError(.configuration, "replay_ratio is \(replayRatio), it must lie above 0, at most at 1e6")
        }
    }

    private func validate() throws(ReplayError) {
        try Self.check(replayRatio)
        guard minimumSteps >= 1 && sampleSteps >= 1 && insertSteps >= 1 else {
            throw ReplayError(
                .configuration,
                "prefill_steps (\(minimumSteps)), the steps of a batch (\(sampleSteps)) and of a trajectory "
                    + "(\(insertSteps)) must be at least 1")
        }
        let center = replayRatio * Double(minimumSteps)
        guard balances.lowerBound <= center else {
            throw ReplayError(
                .configuration,
                "the lowest balance \(balances.lowerBound) is above replay_ratio × prefill_steps = "
                    + "\(center): after the prefill training and actors would wait for each other")
        }
        guard balances.upperBound >= center else {
            throw ReplayError(
                .configuration,
                "the highest balance \(balances.upperBound) is below replay_ratio × prefill_steps = "
                    + "\(center): the prefill itself would be blocked")
        }
        // Between "too little is due for a batch" and "too much for a trajectory" there must be no balance.
        let needed = max(2 * max(1, replayRatio), Double(sampleSteps) + Double(insertSteps) * replayRatio)
        guard balances.upperBound - balances.lowerBound >= needed else {
            throw ReplayError(
                .configuration,
                "tolerance is too small: with \(sampleSteps) replayed steps in a batch and "
                    + "\(insertSteps) agent steps in a trajectory at replay_ratio \(replayRatio) it must be at least "
                    + "\(needed / 2), or training and actors would wait for each other")
        }
    }

    /// Replayed steps that are due.
    public var balance: Double { Double(counts.inserted) * replayRatio - Double(counts.sampled) }

    /// Whether there is enough to sample from, whatever the ratio says. Until then inserting is free.
    public var isFilled: Bool { hasSequence && counts.size >= minimumSteps }

    public func canSample(_ steps: Int) -> Bool {
        isFilled && balance - Double(steps) >= balances.lowerBound
    }

    public func canInsert(_ steps: Int) -> Bool {
        !isFilled || balance + Double(steps) * replayRatio <= balances.upperBound
    }

    /// Why training cannot go on without more experience.
    public var whatTrainingWaitsFor: String {
        if counts.size < minimumSteps { return "the replay has \(counts.size) of \(minimumSteps) steps of the prefill" }
        if !hasSequence { return "no environment has delivered enough consecutive steps" }
        return "the replay ratio of \(replayRatio) is reached"
    }

    public mutating func didSample(_ steps: Int) {
        counts.sampled += steps
    }

    public mutating func didInsert(_ inserted: Int, deleted: Int, hasSequence: Bool) {
        counts.inserted += inserted
        counts.deleted += deleted
        self.hasSequence = hasSequence
    }

    /// Continues from the counts of a checkpoint.
    public mutating func restore(_ counts: Counts, hasSequence: Bool) {
        self.counts = counts
        self.hasSequence = hasSequence
    }
}
