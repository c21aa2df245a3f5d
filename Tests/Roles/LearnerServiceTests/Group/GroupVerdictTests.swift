import Replay
import Testing

@testable import LearnerService

@Suite struct GroupVerdictTests {
    /// 4 replayed steps for each agent step after 100, 32 at once.
    private func rules(complete: Bool = false, lockstep: Bool = false, absent: RateLimit.Counts = .init()) throws
        -> GroupVerdict.Rules
    {
        GroupVerdict.Rules(
            limit: try RateLimit(replayRatio: 4, minimumSteps: 100, sampleSteps: 32, insertSteps: 8), absent: absent,
            patience: .seconds(30), isLockstep: lockstep, wantedSteps: 1000
        ) { _ in complete }
    }

    private func standing(
        _ inserted: Int, sampled: Int = 0, ready: Bool = true, missing: Duration = .zero
    ) -> GroupStanding {
        var standing = GroupStanding()
        (standing.inserted, standing.sampled, standing.isReady) = (inserted, sampled, ready ? 1 : 0)
        standing.missing = Int(missing / .milliseconds(1))
        return standing
    }

    @Test func prefillAndRatioAreThoseOfTheSums() throws {
        // Neither has a prefill by itself.
        let both = [standing(60), standing(60)]
        #expect(GroupVerdict(both, try rules()).next == .train(sharing: [true, true]))
        #expect(GroupVerdict([standing(60), standing(39)], try rules()).next == .wait)
        // 120 · 4 − 140 = 340 are due, and 400 is the prefill's own; 64 below that is where training waits.
        #expect(
            GroupVerdict([standing(60, sampled: 70), standing(60, sampled: 70)], try rules()).next == .wait)
        #expect(
            GroupVerdict([standing(60, sampled: 70), standing(90, sampled: 70)], try rules()).next
                == .train(sharing: [true, true]))
    }

    @Test func whoHasNothingIsWaitedForAndThenLeftOut() throws {
        let missing = { (time: Duration) in [self.standing(200), self.standing(0, ready: false, missing: time)] }
        #expect(GroupVerdict(missing(.seconds(29)), try rules()).next == .wait)
        #expect(GroupVerdict(missing(.seconds(30)), try rules()).next == .train(sharing: [true, false]))
        // Without anybody who is ready there is no step.
        let nobody = [
            standing(200, ready: false, missing: .seconds(60)), standing(0, ready: false, missing: .seconds(60)),
        ]
        #expect(GroupVerdict(nobody, try rules()).next == .wait)
    }

    @Test func inLockstepAllTrainUntilTheRatioIsReachedAndThenPlay() throws {
        let late = standing(0, ready: false, missing: .seconds(60))
        #expect(GroupVerdict([standing(200), late], try rules(lockstep: true)).next == .wait)
        let both = [standing(60), standing(60)]
        #expect(GroupVerdict(both, try rules(lockstep: true)).next == .train(sharing: [true, true]))
        let trained = [standing(60, sampled: 70), standing(60, sampled: 70)]
        #expect(GroupVerdict(trained, try rules(lockstep: true)).next == .endRound)
    }

    @Test func aRoundThatBeginsWhileOthersTrainIsTheNext() {
        var rounds = Rounds(steps: 16, prefill: 3)
        var answers = [47, 48].map { rounds.isStored($0) }
        // An actor that was started again has played another one meanwhile.
        answers.append(rounds.isStored(64))
        rounds.end()
        answers.append(rounds.isStored(64))
        rounds.end()
        answers += [64, 80].map { rounds.isStored($0) }
        #expect(answers == [false, true, true, true, false, true])
    }

    @Test func oneStopIsForAllAndACompleteRunComesBeforeIt() throws {
        var asked = standing(200)
        asked.wantsStop = 1
        #expect(GroupVerdict([standing(200), asked], try rules()).next == .end(isComplete: false))
        #expect(GroupVerdict([standing(200), asked], try rules(complete: true)).next == .end(isComplete: true))
    }

    @Test func oneWishForACheckpointIsForAll() throws {
        var asked = standing(0, ready: false)
        asked.wantsSave = 1
        #expect(GroupVerdict([standing(200), asked], try rules()).saves)
        #expect(!GroupVerdict([standing(200), standing(0)], try rules()).saves)
    }

    @Test func ranksThatAreGoneCountAsPlayedAndGone() throws {
        var absent = RateLimit.Counts()
        (absent.inserted, absent.deleted, absent.sampled) = (100, 100, 0)
        // Their steps fill no replay, but are to be replayed.
        #expect(GroupVerdict([standing(60)], try rules(absent: absent)).next == .wait)
        #expect(
            GroupVerdict([standing(100, sampled: 300)], try rules(absent: absent)).next == .train(sharing: [true]))
        #expect(GroupVerdict([standing(100, sampled: 300)], try rules()).next == .wait)
    }
}
