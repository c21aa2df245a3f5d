import Experience
import Measurements
import Replay
import Runs
import Settings
import TestSupport
import Testing
import Wire

@testable import LearnerService

@Suite(.blocking) struct LearnerSamplerTests {
    private let start = ContinuousClock.now

    private func samples(
        _ sampler: inout LearnerSampler, _ replay: ReplayStatistics, isInsertOpen: Bool = true,
        actors: ActorLedger.State = .init(), trainer: TrainerStatus.State = .init(), after seconds: Double = 1
    ) throws -> [RunMeasurement] {
        sampler.samples(
            replay, isInsertOpen: isInsertOpen, actors: actors, trainer: trainer, at: start + .seconds(seconds))
    }

    private func progress(_ samples: [RunMeasurement]) throws -> ProgressMeasurement {
        guard case .progress(let progress) = samples.last else {
            throw Unexpected(found: samples)
        }
        return progress
    }

    private struct Unexpected: Error {
        let found: [RunMeasurement]
    }

    /// 256 steps are stored, of which 64 are prefill.
    @Test func aRunIsMeasured() throws {
        let run = try StoredRun()
        var replay = run.replay.statistics
        replay.counts.sampled = 960
        var sampler = LearnerSampler(run.configuration, inserted: 206, at: start)
        #expect(
            sampler.start
                == StartMeasurement(
                    environment: run.configuration.environment.id, agent: "mudreamer", targetSteps: 256,
                    actionRepeat: run.configuration.actionRepeat,
                    actors: run.configuration.actors.count))
        var trainer = TrainerStatus.State(trainSteps: 30, skippedSteps: 2, policyVersion: 9)
        trainer.trainRate = RateMeter(start: start)
        trainer.trainRate.add(12, at: start + .seconds(1))
        let samples = try samples(&sampler, replay, trainer: trainer, after: 2)
        #expect(samples.map(\.kind) == [.process, .replay, .progress])
        guard case .process(let process) = samples[0], case .replay(let measured) = samples[1] else {
            throw Unexpected(found: samples)
        }
        #expect(process.residentBytes > 1 << 20 && process.threads > 1 && process.descriptors > 2)
        #expect(process.processorSeconds > 0)
        #expect(
            measured
                == ReplayMeasurement(
                    agentSteps: 256, storedSteps: 256, trajectories: 32, bytes: replay.totals.bytes, replayedSteps: 960,
                    replayRatio: 5, replayRatioConfigured: 8, damagedTrajectories: 0,
                    samplerWaitedSeconds: replay.waits.sampling, actorsWaitedSeconds: replay.waits.inserting))
        #expect(
            try progress(samples)
                == ProgressMeasurement(
                    training: TrainingState(
                        trainSteps: 30, skippedSteps: 2, trainStepsPerSecond: 6, policyVersion: 9, agentSteps: 256,
                        replayedSteps: 960),
                    // 18 of 48 training steps are left, at 6 a second; 50 steps came in two seconds.
                    pace: .init(agentStepsPerSecond: 25, elapsedSeconds: 2, secondsLeft: 3, waiting: nil)))
    }

    @Test func whoWaitsIsTold() throws {
        let run = try StoredRun()
        var replay = run.replay.statistics
        var sampler = LearnerSampler(run.configuration, inserted: 0, at: start)
        let throttled = try progress(samples(&sampler, replay, isInsertOpen: false)).pace
        #expect(throttled.waiting == "actors wait for training" && throttled.secondsLeft == nil)
        replay.counts.inserted = 63
        #expect(try progress(samples(&sampler, replay)).pace.waiting == "prefill: training waits for actors")
        replay.writer = .blocked(reason: "no room")
        #expect(
            try progress(samples(&sampler, replay)).pace.waiting == "experience cannot be stored: no room")
    }

    /// Nothing is replayed before the prefill is over.
    @Test func thereIsNoRatioDuringThePrefill() throws {
        let run = try StoredRun()
        var replay = run.replay.statistics
        replay.counts.inserted = 64
        var sampler = LearnerSampler(run.configuration, inserted: 0, at: start)
        let found = try samples(&sampler, replay)
        guard case .replay(let measured) = found[1] else { throw Unexpected(found: found) }
        #expect(measured.replayRatio == nil)
    }

    /// Actors in the order of their names, those that have reported; a new start of an actor does not count backwards.
    @Test func actorsAreMeasured() throws {
        let run = try StoredRun()
        let ledger = ActorLedger()
        for name in ["b", "a", "silent", "b"] { _ = ledger.join(name) }
        ledger.add(ActorReport(environmentSteps: 100, stepsPerSecond: 50, policyVersion: 3), from: "b")
        ledger.add(ActorReport(environmentSteps: 40, stepsPerSecond: 20, policyVersion: 5), from: "b")
        ledger.add(ActorReport(environmentSteps: 7, stepsPerSecond: 1, policyVersion: 0), from: "a")
        ledger.left("a", because: "it was tired")
        var sampler = LearnerSampler(run.configuration, inserted: 0, at: start)
        let found = try samples(
            &sampler, run.replay.statistics, actors: ledger.snapshot, trainer: .init(policyVersion: 6))
        let actors = found.compactMap { if case .actor(let actor) = $0 { actor } else { nil } }
        #expect(
            actors == [
                ActorMeasurement(
                    actor: "a", connected: false, environmentSteps: 7, stepsPerSecond: 1, policyVersion: 0,
                    newestVersion: 6, link: .init(restarts: 0, lastEnd: "it was tired")),
                ActorMeasurement(
                    actor: "b", connected: true, environmentSteps: 140, stepsPerSecond: 20, policyVersion: 5,
                    newestVersion: 6,
                    link: .init(restarts: 1)),
            ])
        #expect(actors.map(\.staleness) == [nil, 1])
    }
}
