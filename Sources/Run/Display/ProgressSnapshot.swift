import Measurements

/// Where a run stands at one moment: the newest measurement of each kind, and what follows from them.
public struct ProgressSnapshot: Sendable, Equatable {
    /// Episodes whose mean return is shown.
    private static let recentEpisodes = 100

    public private(set) var start: StartMeasurement?
    public private(set) var progress: ProgressMeasurement?
    public private(set) var replay: ReplayMeasurement?
    /// Means over recent training steps.
    public private(set) var metrics = TrainingMetrics()
    /// By name.
    public private(set) var actors: [String: ActorMeasurement] = [:]
    public private(set) var recentReturns = MeanWindow(capacity: Self.recentEpisodes)
    /// Episodes that ended since the learner began to work.
    public private(set) var episodes = 0

    public init() {}

    /// Takes a measurement in.
    public mutating func take(_ measurement: RunMeasurement) {
        switch measurement {
        case .start(let start): self.start = start
        case .progress(let progress): self.progress = progress
        case .training(let training): metrics.merge(training.metrics)
        case .replay(let replay): self.replay = replay
        case .actor(let actor): actors[actor.actor] = actor.connected ? actor : nil
        case .episode(let episode):
            if episode.failed != true { recentReturns.add(episode.episodeReturn) }
            episodes += 1
        case .budget, .staleness, .evaluation, .evaluator, .process, .picture, .heldOut: break
        }
    }
}

extension ProgressSnapshot {
    /// "catch · dymodreamer".
    var title: String { start.map { "\($0.environment) · \($0.agent)" } ?? "" }
    var agentSteps: Int { progress?.training.agentSteps ?? 0 }
    var targetSteps: Int { start?.targetSteps ?? 0 }
    /// Frames that the environments have shown, action repeats counted.
    var environmentFrames: Int { agentSteps * (start?.actionRepeat ?? 1) }

    /// Share of the run that is done, 0…1: of its agent steps, or of its training steps where nobody plays.
    var fraction: Double {
        let (done, target) =
            start?.targetTrainSteps.map { (progress?.training.trainSteps ?? 0, $0) } ?? (agentSteps, targetSteps)
        return target > 0 ? min(1, max(0, Double(done) / Double(target))) : 0
    }

    /// In the order in which they are declared.
    var losses: [(name: String, value: Double)] {
        metrics.all.compactMap { metric, value in metric.lossName.map { ($0, Double(value)) } }
    }

    var connected: [ActorMeasurement] { actors.values.filter(\.connected) }

    /// How many versions behind the newest the policies of connected actors are.
    var staleness: RunningStatistics {
        var statistics = RunningStatistics()
        for staleness in connected.compactMap(\.staleness) { statistics.add(staleness) }
        return statistics
    }
}
