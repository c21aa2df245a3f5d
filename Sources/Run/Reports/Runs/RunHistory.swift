import Measurements

/// What a run's metrics say that a report shows.
public struct RunHistory: Sendable, Equatable {
    /// A value and when it was measured.
    public struct Sample: Sendable, Equatable {
        /// Agent steps of the run so far; where nobody plays, its training steps.
        public var agentSteps: Double
        /// Minutes for which the run had worked.
        public var minutes: Double
        public var value: Double

        public init(agentSteps: Double, minutes: Double, value: Double) {
            self.agentSteps = agentSteps
            self.minutes = minutes
            self.value = value
        }
    }

    /// Returns of episodes that were played with fixed seeds and no learning.
    public struct Evaluation: Sendable, Equatable {
        /// "sample", "mode" or "random"; nil where an older line does not say.
        public var policy: String?
        public var seed: Int?
        public var episodes: Int
        public var mean: Double
        /// Over the episodes, dividing by their number.
        public var standardDeviation: Double
        /// Of the policy; the run's at that time where the line does not say.
        public var trainSteps: Int
        /// Of the run, when it was evaluated.
        public var agentSteps: Int
        public var minutes: Double
        /// What the episodes' achievements come to; nil for a task without.
        public var achievementScore: Double?

        public init(
            policy: String?, seed: Int?, episodes: Int, mean: Double, standardDeviation: Double, trainSteps: Int,
            agentSteps: Int, minutes: Double, achievementScore: Double? = nil
        ) {
            (self.policy, self.seed, self.episodes) = (policy, seed, episodes)
            (self.mean, self.standardDeviation) = (mean, standardDeviation)
            (self.trainSteps, self.agentSteps, self.minutes) = (trainSteps, agentSteps, minutes)
            self.achievementScore = achievementScore
        }
    }

    /// Returns of training episodes.
    public var returns: [Sample] = []
    public var losses: [TrainingMetric: [Sample]] = [:]
    /// The world model's losses on episodes that it is not trained on.
    public var heldOut: [TrainingMetric: [Sample]] = [:]
    public var evaluations: [Evaluation] = []
    /// Mean returns of policies that were played beside training, by the steps after which they were published.
    public var evaluator: [Sample] = []
    /// Names of what each training episode has achieved, of a task that counts that.
    public var achievements: [[String]] = []
    /// Whether it was trained from its replay, without actors.
    public var isOffline = false
    /// Where the run had come to at its last line.
    public var agentSteps = 0, trainSteps = 0
    public var minutes = 0.0
    /// Lines that are no measurements: 1 after a run that was killed while it wrote.
    public var unreadLines = 0

    public init() {}

    /// Whether there is nothing to show.
    public var isEmpty: Bool { returns.isEmpty && losses.isEmpty && evaluations.isEmpty && evaluator.isEmpty }
}
