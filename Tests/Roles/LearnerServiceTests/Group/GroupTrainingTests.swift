import Diagnostics
import Foundation
import Replay
import TestSupport
import Testing

@testable import LearnerService

/// Learners that train one agent, with replays and checkpoints of their own.
@Suite(.blocking, .timeLimit(.minutes(5))) struct GroupTrainingTests {
    /// 48 steps of 32 replayed steps each for 256 agent steps.
    @Test func twoLearnersOnHalvesOfTheExperienceTrainOneAgent() throws {
        let run = GroupRun()
        let outcomes = run.train([0..<16, 16..<32])
        for outcome in outcomes {
            #expect(outcome.isComplete == true)
            #expect(outcome.trainSteps == 48)
            #expect(outcome.counts.inserted == 128 && outcome.counts.sampled == 48 * 16)
        }
        #expect(outcomes[0].rows == outcomes[1].rows)
        #expect(run.checkpoints(of: 0).count == 1 && run.checkpoints(of: 1).isEmpty)
    }

    @Test(arguments: [2, 4]) func aGroupRepeatsItselfBitForBit(learners: Int) throws {
        let shares = (0..<learners).map { $0 * 32 / learners..<($0 + 1) * 32 / learners }
        let once = GroupRun().train(shares)
        #expect(once.allSatisfy { $0.isComplete == true })
        #expect(GroupRun().train(shares).map(\.rows) == once.map(\.rows))
        // Ranks draw and dream different things.
        #expect(GroupRun(["run.seed=1"]).train(shares).map(\.rows) != once.map(\.rows))
    }

    /// Half the bytes: another agent to the last bits, the same at all ranks and at each repetition.
    @Test func gradientsMayTravelRounded() throws {
        let (shares, settings) = ([0..<16, 16..<32], ["learner.exchange_precision=bfloat16"])
        let (once, exact) = (GroupRun(settings).train(shares), GroupRun().train(shares))
        #expect(once.allSatisfy { $0.isComplete == true })
        #expect(once[0].rows == once[1].rows && once[0].rows != exact[0].rows)
        #expect(GroupRun(settings).train(shares).map(\.rows) == once.map(\.rows))
    }

    @Test func aLearnerWithoutExperienceHoldsNobodyForLong() throws {
        let run = GroupRun(["learner.group_wait_seconds=0.3"])
        let start = ContinuousClock.now
        let outcomes = run.train([0..<32, 0..<0])
        #expect(outcomes.map(\.isComplete) == [true, true])
        #expect(ContinuousClock.now - start < .seconds(60))
        // Half of a batch in each step: the ratio takes twice as many.
        #expect(outcomes[0].trainSteps == 96 && outcomes[0].counts.sampled == 96 * 16)
        #expect(outcomes[1].counts.sampled == 0)
        #expect(outcomes[0].rows == outcomes[1].rows)
        #expect(run.log.lines.contains { $0.contains("rank 1 has had nothing to train on") })
    }

    @Test func aStopOfOneIsAStopOfAllAndTheRunIsResumed() throws {
        let run = GroupRun()
        let stopped = run.train([0..<16, 16..<32], incident: .init(kind: .stop, rank: 1, step: 10))
        #expect(stopped.map(\.isComplete) == [false, false])
        #expect(stopped.map(\.trainSteps) == [10, 10])
        #expect(run.checkpoints(of: 0).map(\.lastPathComponent) == ["0000000010.safetensors"])
        let resumed = run.train([0..<0, 0..<0])
        #expect(resumed.map(\.isComplete) == [true, true])
        for outcome in resumed { #expect(outcome.trainSteps == 48 && outcome.counts.sampled == 48 * 16) }
        #expect(resumed[0].rows == resumed[1].rows)
    }

    @Test func aWishForACheckpointOfOneIsSeenTo() throws {
        let run = GroupRun()
        _ = run.train([0..<16, 16..<32], incident: .init(kind: .save, rank: 1, step: 20))
        #expect(
            run.checkpoints(of: 0).map(\.lastPathComponent) == ["0000000021.safetensors", "0000000048.safetensors"])
    }

    /// A replay that is left behind counts as played and gone, and is there again when its rank is.
    @Test func aRunGoesOnWithMoreAndWithFewerLearners() throws {
        let run = GroupRun()
        _ = run.train([0..<16, 16..<32], incident: .init(kind: .stop, rank: 0, step: 8))
        let alone = run.trainAlone(0..<0)
        #expect(alone.isComplete == true)
        // The other's share of the first 8 steps is replayed already.
        #expect(alone.trainSteps == 48 && alone.counts.sampled == 8 * 16 + 40 * 32)
        let more = run.train([0..<0, 0..<0, 0..<0, 0..<0], ["learner.group_wait_seconds=0.1"])
        #expect(more.map(\.isComplete) == [true, true, true, true])
        #expect(more.map(\.counts.inserted) == [128, 128, 0, 0])
        #expect(more.map(\.counts.sampled) == [8 * 16 + 40 * 32, 8 * 16, 0, 0])
        #expect(more.allSatisfy { $0.rows == alone.rows })
    }

    @Test func parametersThatDifferEndTheRunAndReachNoCheckpoint() throws {
        let run = GroupRun()
        let outcomes = run.train([0..<16, 16..<32], incident: .init(kind: .flippedBit, rank: 1, step: 10))
        for outcome in outcomes {
            let error = #expect(throws: UserError.self) { try outcome.result.get() }
            #expect(error?.message.contains("rank 1 has other parameters than rank 0") == true)
        }
        #expect(run.checkpoints(of: 0).isEmpty)
    }

    @Test func aBatchThatHasNoEqualSharesIsRefused() throws {
        let configuration = try GroupRun().configuration()
        let error = #expect(throws: UserError.self) { try configuration.requireShares(of: 3) }
        #expect(error?.message.contains("agent.batch is 4, and 3 learners") == true)
        try configuration.requireShares(of: 2)
    }
}
