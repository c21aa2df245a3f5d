import AgentChoice
import Diagnostics
import Experience
import Measurements
import Replay
import Runs
import Settings
import Transport
import Wire

/// Makes samples of what the learner's parts say of themselves.
struct LearnerSampler {
    private let configuration: Configuration
    private let started: ContinuousClock.Instant
    private var rate: RateMeter
    /// Agent steps at the last sample.
    private var inserted: Int

    /// - Parameter inserted: agent steps that are stored already.
    init(_ configuration: Configuration, inserted: Int, at now: ContinuousClock.Instant = .now) {
        self.configuration = configuration
        self.inserted = inserted
        started = now
        rate = RateMeter(start: now)
    }

    var start: StartMeasurement {
        StartMeasurement(
            environment: configuration.environment.id, agent: configuration.agent.agent,
            targetSteps: configuration.run.steps, actionRepeat: configuration.actionRepeat,
            actors: configuration.run.offline ? 0 : configuration.actors.count,
            targetTrainSteps: configuration.run.offline
                ? configuration.trainingSteps(inserted: configuration.wantedSteps) : nil)
    }

    /// How things stand now, progress last.
    /// - Parameters:
    ///   - isInsertOpen: whether actors may send.
    ///   - connections: of actors, by name, as far as they are known.
    mutating func samples(
        _ replay: ReplayStatistics, isInsertOpen: Bool, actors: ActorLedger.State, trainer: TrainerStatus.State,
        connections: [String: ConnectionStatus] = [:], at now: ContinuousClock.Instant = .now
    ) -> [RunMeasurement] {
        rate.add(Double(replay.counts.inserted - inserted), at: now)
        inserted = replay.counts.inserted
        let state = trainer.measurement(replay.counts, at: now)
        let waiting = waiting(replay, isInsertOpen: isInsertOpen)
        return [.process(ProcessUsage.measurement), .replay(measurement(of: replay))]
            + actors.measurements(newest: trainer.policyVersion, connections).map { .actor($0) }
            + [.progress(ProgressMeasurement(training: state, pace: pace(state, waiting: waiting, at: now)))]
    }

    private func pace(
        _ training: TrainingState, waiting: String?, at now: ContinuousClock.Instant
    ) -> ProgressMeasurement.Pace {
        let left = configuration.trainingSteps(inserted: training.agentSteps) - training.trainSteps
        let speed = training.trainStepsPerSecond
        return ProgressMeasurement.Pace(
            agentStepsPerSecond: rate.rate(at: now), elapsedSeconds: (now - started) / .seconds(1),
            secondsLeft: speed > 0 ? Double(left) / speed : nil, waiting: waiting)
    }

    private func measurement(of replay: ReplayStatistics) -> ReplayMeasurement {
        let counted = replay.counts.inserted - configuration.replay.prefillSteps
        return ReplayMeasurement(
            agentSteps: replay.counts.inserted, storedSteps: replay.totals.steps,
            trajectories: replay.totals.trajectories, bytes: replay.totals.bytes,
            replayedSteps: replay.counts.sampled,
            replayRatio: counted > 0 ? Double(replay.counts.sampled) / Double(counted) : nil,
            replayRatioConfigured: configuration.replay.replayRatio, damagedTrajectories: replay.damaged,
            samplerWaitedSeconds: replay.waits.sampling, actorsWaitedSeconds: replay.waits.inserting)
    }

    /// Who waits for whom; nil when nobody does.
    private func waiting(_ replay: ReplayStatistics, isInsertOpen: Bool) -> String? {
        switch replay.writer {
        case .working: break
        case .blocked(let reason): return "experience cannot be stored: \(reason)"
        case .failed(let error): return "experience cannot be stored: \(error)"
        }
        if replay.counts.inserted < configuration.replay.prefillSteps { return "prefill: training waits for actors" }
        return isInsertOpen ? nil : "actors wait for training"
    }
}

extension TrainerStatus.State {
    /// Where training stands.
    func measurement(_ counts: RateLimit.Counts, at now: ContinuousClock.Instant = .now) -> TrainingState {
        TrainingState(
            trainSteps: trainSteps, skippedSteps: skippedSteps, trainStepsPerSecond: trainRate.rate(at: now),
            policyVersion: policyVersion, agentSteps: counts.inserted, replayedSteps: counts.sampled)
    }
}

extension ActorLedger.State {
    /// How each actor that has reported is doing, by name.
    fileprivate func measurements(
        newest: UInt64, _ connections: [String: ConnectionStatus]
    ) -> [ActorMeasurement] {
        actors.sorted { $0.key < $1.key }.compactMap { name, actor in
            actor.report.map { report in
                ActorMeasurement(
                    actor: name, connected: actor.isConnected,
                    environmentSteps: actor.steps,
                    stepsPerSecond: report.stepsPerSecond, policyVersion: report.policyVersion, newestVersion: newest,
                    failures: report.failures, link: actor.link(connections[name]))
            }
        }
    }
}

extension ActorLedger.Actor {
    fileprivate func link(_ connection: ConnectionStatus?) -> ActorMeasurement.Link {
        ActorMeasurement.Link(
            restarts: restarts, creditBytes: connection?.credit, latencySeconds: connection?.latency, lastEnd: lastEnd)
    }
}

extension ProcessUsage {
    fileprivate static var measurement: ProcessMeasurement {
        ProcessMeasurement(
            residentBytes: residentBytes, processorSeconds: processorSeconds, threads: threads,
            descriptors: descriptors)
    }
}
