import Measurements

/// What is shown of one run: the newest of each measurement, and how they came to be what they are.
struct RunState: Sendable {
    /// Actors that are kept after they have left.
    static let maximumGone = 64
    /// Seconds between two samples that curves take up; a display wants them more often.
    private static let sampleInterval = 5.0

    private(set) var start: StartMeasurement?
    private(set) var progress: ProgressMeasurement?
    private(set) var training: TrainingMeasurement?
    private(set) var replay: ReplayMeasurement?
    private(set) var process: ProcessMeasurement?
    private(set) var staleness: StalenessMeasurement.Summary?
    private(set) var evaluation: EvaluationResult?
    private(set) var recentReturns = MeanWindow(capacity: 100)
    private(set) var episodes = 0
    /// By name; those that have left, too.
    private(set) var actors: [String: SeenActor] = [:]
    var curves: [CurveKey: Curve] = [:]
    /// When so many agent steps had been stored, in Unix seconds: tells how old the steps are that are still there.
    private(set) var insertions = Curve()
    /// Unix seconds of the newest measurement.
    private(set) var updated: Double?
    private var clock = WorkingClock()
    private var sampled: [RunMeasurement.Kind: Double] = [:]
    private(set) var agentSteps = 0, trainSteps = 0

    init() {}

    /// An actor and when it was last heard of.
    struct SeenActor: Sendable, Equatable {
        var measurement: ActorMeasurement
        /// Unix seconds.
        var time: Double
    }

    /// How episodes with fixed seeds have ended, the last time.
    struct EvaluationResult: Sendable, Equatable {
        var mean: Double, deviation: Double
        var episodes: Int
        var policy: String?
    }

    mutating func take(_ record: MeasurementRecord) {
        clock.advance(to: record.time)
        updated = record.time
        switch record.measurement {
        case .start(let start): take(start)
        case .progress(let progress): take(progress, at: record.time)
        case .training(let training): take(training)
        case .replay(let replay): take(replay, at: record.time)
        case .actor(let actor): take(actor, at: record.time)
        case .episode(let episode): take(episode)
        case .staleness(let staleness):
            self.staleness = staleness.summary
            add(staleness.summary.mean, to: .arrivingStaleness)
        case .evaluation(let evaluation):
            self.evaluation = EvaluationResult(
                mean: evaluation.mean, deviation: evaluation.standardDeviation, episodes: evaluation.episodes,
                policy: evaluation.policy)
            add(evaluation.mean, to: .evaluation)
        case .evaluator(let evaluator):
            evaluation = EvaluationResult(
                mean: evaluator.mean, deviation: evaluator.standardDeviation, episodes: evaluator.episodes,
                policy: evaluator.policy)
            add(evaluator.mean, to: .evaluation, at: evaluator.agentSteps)
        case .process(let process):
            self.process = process
            if isDue(.process, at: record.time) { add(Double(process.residentBytes), to: .residentBytes) }
        // What there is to be predicted does not change while a run goes on.
        case .budget: break
        case .picture(let picture): take(picture)
        case .heldOut(let heldOut):
            for (metric, value) in heldOut.losses.all { add(Double(value), to: .heldOut(metric)) }
        }
    }

    // MARK: Kinds

    /// A learner that starts knows of no actors yet.
    private mutating func take(_ start: StartMeasurement) {
        self.start = start
        actors = [:]
    }

    private mutating func take(_ progress: ProgressMeasurement, at time: Double) {
        self.progress = progress
        reach(progress.training)
        guard isDue(.progress, at: time) else { return }
        add(progress.pace.agentStepsPerSecond, to: .agentSpeed)
        add(progress.training.trainStepsPerSecond, to: .trainingSpeed)
    }

    private mutating func take(_ training: TrainingMeasurement) {
        self.training = training
        reach(training.state)
        for (metric, value) in training.metrics.all { add(Double(value), to: .metric(metric)) }
        if let staleness = training.replayedStaleness { add(staleness, to: .replayedStaleness) }
        let seconds = training.times.all.reduce(0) { $0 + $1.seconds }
        if seconds > 0 { add(seconds, to: .stepSeconds) }
    }

    private mutating func take(_ replay: ReplayMeasurement, at time: Double) {
        self.replay = replay
        reach(replay.agentSteps)
        guard isDue(.replay, at: time) else { return }
        if replay.agentSteps > Int(insertions.points.last?.steps ?? -1) {
            insertions.add(CurvePoint(steps: Double(replay.agentSteps), minutes: 0, value: time))
        }
        add(Double(replay.storedSteps), to: .storedSteps)
        if let ratio = replay.replayRatio { add(ratio, to: .replayRatio) }
    }

    private mutating func take(_ actor: ActorMeasurement, at time: Double) {
        actors[actor.actor] = SeenActor(measurement: actor, time: time)
        if !actor.connected { forgetOldest() }
    }

    private mutating func forgetOldest() {
        let gone = actors.filter { !$0.value.measurement.connected }
        guard gone.count > Self.maximumGone, let oldest = gone.min(by: { $0.value.time < $1.value.time }) else {
            return
        }
        actors[oldest.key] = nil
    }

    private mutating func take(_ episode: EpisodeMeasurement) {
        reach(episode.agentSteps)
        episodes += 1
        guard episode.episodeReturn.isFinite else { return }
        recentReturns.add(episode.episodeReturn)
        add(episode.episodeReturn, to: .episodeReturn)
        add(Double(episode.length), to: .episodeLength)
    }

    /// The files are found where they lie.
    private mutating func take(_ picture: PictureMeasurement) {
        let numbers: [(CurveKey.Hallucination, Double?)] = [
            (.inside, picture.inside), (.outside, picture.outside), (.frozen, picture.frozen),
            (.invented, picture.invented),
        ]
        for (part, value) in numbers {
            if let value { add(value, to: .hallucination(part), at: picture.agentSteps) }
        }
    }

    // MARK: Curves

    /// Whether nobody plays: then curves go by training steps.
    var isOffline: Bool { start?.targetTrainSteps != nil }

    private mutating func reach(_ agentSteps: Int) { self.agentSteps = max(self.agentSteps, agentSteps) }

    private mutating func reach(_ state: TrainingState) {
        reach(state.agentSteps)
        trainSteps = max(trainSteps, state.trainSteps)
    }

    private mutating func add(_ value: Double, to key: CurveKey, at agentSteps: Int? = nil) {
        let steps = isOffline ? trainSteps : agentSteps ?? self.agentSteps
        curves[key, default: Curve()].add(
            CurvePoint(steps: Double(steps), minutes: clock.seconds / 60, value: value))
    }

    private mutating func isDue(_ kind: RunMeasurement.Kind, at time: Double) -> Bool {
        if let last = sampled[kind], abs(time - last) < Self.sampleInterval { return false }
        sampled[kind] = time
        return true
    }
}
