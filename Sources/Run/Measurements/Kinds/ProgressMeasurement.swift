/// Where a run stands: a sample.
public struct ProgressMeasurement: Codable, Sendable, Equatable {
    public var training: TrainingState
    public var pace: Pace

    public struct Pace: Codable, Sendable, Equatable {
        /// Agent steps per second that are stored, recently.
        public var agentStepsPerSecond: Double
        /// Seconds since the learner began to work.
        public var elapsedSeconds: Double
        /// Seconds until the run is over at the recent speed; nil while unknown.
        public var secondsLeft: Double?
        /// Who waits for whom; nil when nobody does.
        public var waiting: String?

        public init(agentStepsPerSecond: Double, elapsedSeconds: Double, secondsLeft: Double?, waiting: String?) {
            self.agentStepsPerSecond = agentStepsPerSecond
            self.elapsedSeconds = elapsedSeconds
            self.secondsLeft = secondsLeft
            self.waiting = waiting
        }

        enum CodingKeys: String, CodingKey {
            case waiting
            case agentStepsPerSecond = "agent_steps_per_second"
            case elapsedSeconds = "elapsed_seconds"
            case secondsLeft = "seconds_left"
        }
    }

    public init(training: TrainingState, pace: Pace) {
        self.training = training
        self.pace = pace
    }

    public init(from decoder: any Decoder) throws {
        training = try TrainingState(from: decoder)
        pace = try Pace(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try training.encode(to: encoder)
        try pace.encode(to: encoder)
    }
}
