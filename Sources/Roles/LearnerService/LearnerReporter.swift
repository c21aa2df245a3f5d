import AgentChoice
import Experience
import Foundation
import Logging
import Replay
import Settings
import Telemetry
import Wire
import WorldModels

/// Puts what learner and actors do into progress snapshots and the metrics file.
struct LearnerReporter: Sendable {
    let configuration: Configuration
    let replay: ReplayBuffer
    let ledger: ActorLedger
    let status: TrainerStatus
    let metrics: MetricsLog
    let staleness: StalenessMeter
    let logger: Logger
    let show: @Sendable (ProgressSnapshot) -> Void

    /// Reports twice a second to the display and every `log_every` seconds to the file, until cancelled.
    func run() async {
        let started = ContinuousClock.now
        var logged = started
        var steps = RateMeter()
        var known = replay.statistics.counts.inserted
        while !Task.isCancelled {
            let now = replay.statistics.counts.inserted
            steps.add(Double(now - known))
            known = now
            show(snapshot(started: started, stepRate: steps.rate()))
            if ContinuousClock.now - logged >= .seconds(configuration.learner.logEvery) {
                logged = .now
                logActors()
                logStaleness()
            }
            // Cancellation ends the pause, and with it the loop.
            try? await Task.sleep(for: .milliseconds(500))
        }
        logActors()
        logStaleness()
        show(snapshot(started: started, stepRate: steps.rate()))
    }

    private func snapshot(started: ContinuousClock.Instant, stepRate: Double) -> ProgressSnapshot {
        let (replay, actors, trainer) = (replay.statistics, ledger.snapshot, status.snapshot)
        var snapshot = ProgressSnapshot()
        snapshot.title = "\(configuration.environment.id) · \(configuration.agent.agent)"
        snapshot.agentSteps = replay.counts.inserted
        snapshot.targetSteps = configuration.run.steps
        snapshot.environmentFrames = replay.counts.inserted * configuration.actionRepeat
        snapshot.stepsPerSecond = stepRate
        snapshot.trainSteps = trainer.trainSteps
        snapshot.skippedSteps = trainer.skippedSteps
        snapshot.trainStepsPerSecond = trainer.trainRate.rate()
        snapshot.replayRatio = configuration.replay.replayRatio
        snapshot.actualReplayRatio = actualRatio(replay)
        snapshot.recentReturn = actors.recentReturns.mean
        snapshot.episodes = actors.episodes
        snapshot.losses = trainer.losses
        snapshot.policyVersion = trainer.policyVersion
        let staleness = actors.staleness(newest: trainer.policyVersion)
        snapshot.meanStaleness = staleness.count > 0 ? staleness.mean : nil
        snapshot.maximumStaleness = staleness.maximum
        snapshot.actorsConnected = actors.connected.count
        snapshot.actorsExpected = configuration.actors.count
        snapshot.waiting = waiting
        snapshot.elapsedSeconds = (ContinuousClock.now - started) / .seconds(1)
        let remaining = Trainer.targetSteps(configuration, inserted: replay.counts.inserted) - trainer.trainSteps
        if snapshot.trainStepsPerSecond > 0 { snapshot.secondsLeft = Double(remaining) / snapshot.trainStepsPerSecond }
        return snapshot
    }

    /// Replayed steps per agent step since the prefill; nil before that.
    private func actualRatio(_ replay: ReplayStatistics) -> Double? {
        let counted = replay.counts.inserted - configuration.replay.prefillSteps
        return counted > 0 ? Double(replay.counts.sampled) / Double(counted) : nil
    }

    /// Who waits for whom.
    private var waiting: String {
        if case .blocked(let reason) = replay.statistics.writer { return "experience cannot be stored: \(reason)" }
        let limiter = replay.limiter
        if limiter.limit.counts.inserted < configuration.replay.prefillSteps {
            return "prefill: training waits for actors"
        }
        return limiter.isInsertOpen ? "" : "actors wait for training"
    }

    private func logStaleness() {
        let histogram = staleness.take()
        let statistics = histogram.statistics
        guard statistics.count > 0 else { return }
        var fields: [String: MetricValue] = [
            "trajectories": .integer(statistics.count), "mean": .number(statistics.mean),
            "maximum": .number(statistics.maximum ?? 0), "above_limit": .integer(histogram.aboveLimit),
        ]
        for (from, count) in histogram.counts { fields["from_\(from)"] = .integer(count) }
        metrics.append(kind: "staleness", fields)
        guard histogram.aboveLimit > 0, let limit = configuration.learner.stalenessLimit else { return }
        logger.warning(
            """
            \(histogram.aboveLimit) of \(statistics.count) trajectories came from policies more than \(limit) versions \
            behind (at most \(Int(statistics.maximum ?? 0)))\(consequence)
            """)
    }

    /// What is done about stale experience, as the end of a sentence.
    private var consequence: String {
        switch configuration.learner.stalenessAction {
        case .warn: "; learner.staleness_action can leave them out (drop) or hold their actors back (hold)"
        case .drop: " and are not replayed"
        case .hold: "; they were under way when their actors were held back"
        }
    }

    private func logActors() {
        let newest = status.snapshot.policyVersion
        for (name, actor) in ledger.snapshot.actors.sorted(by: { $0.key < $1.key }) {
            guard let report = actor.report else { continue }
            metrics.append(
                kind: "actor",
                [
                    "actor": .text(name), "connected": .flag(actor.isConnected),
                    "environment_steps": .integer(Int(actor.stepsBefore + report.environmentSteps)),
                    "steps_per_second": .number(report.stepsPerSecond),
                    "policy_version": .integer(Int(report.policyVersion)), "newest_version": .integer(Int(newest)),
                ])
        }
        let replay = replay.statistics
        let ratio = actualRatio(replay)
        metrics.append(
            kind: "replay",
            [
                "agent_steps": .integer(replay.counts.inserted), "stored_steps": .integer(replay.totals.steps),
                "trajectories": .integer(replay.totals.trajectories), "bytes": .integer(replay.totals.bytes),
                "replayed_steps": .integer(replay.counts.sampled),
                "replay_ratio": ratio.map { .number($0) } ?? .null,
                "replay_ratio_configured": .number(configuration.replay.replayRatio),
            ])
    }
}
