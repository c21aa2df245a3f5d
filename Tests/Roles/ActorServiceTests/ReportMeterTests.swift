import Testing
import Wire

@testable import ActorService

@Suite struct ReportMeterTests {
    private func episode(_ value: Double) -> Players.Episode {
        Players.Episode(environment: 1, episodeReturn: value, length: 5, policyVersion: 2)
    }

    @Test func reportsOnceASecondWithAllThatHappenedSince() throws {
        let start = ContinuousClock.now
        var meter = ReportMeter(now: start)
        var failed = episode(1)
        failed.hasFailed = true
        let early = meter.add(steps: 8, [failed], version: 2, now: start + .milliseconds(400))
        #expect(early == nil)
        let due = meter.add(steps: 8, [episode(2)], version: 3, now: start + .seconds(2))
        let first = try #require(due)
        #expect(first.environmentSteps == 16 && first.stepsPerSecond == 8 && first.policyVersion == 3)
        #expect(first.episodes.map(\.episodeReturn) == [1, 2] && first.episodes.map(\.hasFailed) == [true, false])
        let soon = meter.add(steps: 8, [], version: 3, now: start + .milliseconds(2900))
        #expect(soon == nil)
        let dueAgain = meter.add(steps: 8, [], version: 4, now: start + .seconds(4))
        let second = try #require(dueAgain)
        #expect(second.environmentSteps == 32 && second.stepsPerSecond == 8 && second.episodes.isEmpty)
    }

    @Test func failuresAreReported() throws {
        let start = ContinuousClock.now
        var meter = ReportMeter(now: start)
        let due = meter.add(steps: 8, [], version: 2, failures: 3, now: start + .seconds(1))
        #expect(try #require(due).failures == 3)
        _ = meter.add(steps: 8, [], version: 2, failures: 4, now: start + .milliseconds(1100))
        let rest = meter.rest(version: 2, failures: 4, now: start + .milliseconds(1200))
        #expect(try #require(rest).failures == 4)
    }

    /// A learner whose run is complete takes nothing after the last trajectory.
    @Test func episodesAreReportedBeforeTheTrajectoryTheyEndIn() throws {
        let start = ContinuousClock.now
        var meter = ReportMeter(now: start)
        _ = meter.add(steps: 8, [], version: 2, now: start + .milliseconds(100))
        let none = meter.ended(version: 2, now: start + .milliseconds(100))
        #expect(none == nil)
        _ = meter.add(steps: 8, [episode(1)], version: 2, now: start + .milliseconds(200))
        let ended = meter.ended(version: 2, now: start + .milliseconds(200))
        #expect(try #require(ended).episodes.map(\.episodeReturn) == [1])
        let again = meter.ended(version: 2, now: start + .milliseconds(300))
        #expect(again == nil)
        // Speed is that of the whole second, however often something was said in it.
        let due = meter.add(steps: 8, [], version: 2, now: start + .seconds(1))
        #expect(try #require(due).stepsPerSecond == 24)
        _ = meter.add(steps: 8, [episode(2)], version: 2, now: start + .milliseconds(1001))
        let later = meter.ended(version: 2, now: start + .milliseconds(1001))
        #expect(try #require(later).stepsPerSecond == 24)
    }

    /// Whoever leaves within a second of the last report has something to say.
    @Test func theRestIsReportedOnce() throws {
        let start = ContinuousClock.now
        var meter = ReportMeter(now: start)
        let nothing = meter.rest(version: 1, now: start)
        #expect(nothing == nil)
        let early = meter.add(steps: 8, [episode(1)], version: 2, now: start + .milliseconds(500))
        #expect(early == nil)
        let left = meter.rest(version: 2, now: start + .milliseconds(500))
        let rest = try #require(left)
        #expect(rest.environmentSteps == 8 && rest.stepsPerSecond == 16 && rest.episodes.map(\.episodeReturn) == [1])
        let again = meter.rest(version: 2, now: start + .milliseconds(600))
        #expect(again == nil)
    }
}

@Suite struct LockstepTests {
    /// Rounds of the prefill are not answered with weights, unless the learner is past it.
    @Test(arguments: [(3, [false, false, true, true]), (1, [true, true, true, true])])
    func waitsFromTheLastRoundOfThePrefillOn(rounds: Int, waits: [Bool]) {
        var lockstep = Lockstep(prefillRounds: rounds)
        var waited: [Bool] = []
        for _ in waits { waited.append(lockstep.waits(hasWeights: false)) }
        #expect(waited == waits)
    }

    @Test func anActorThatWasStartedAgainWaitsAtOnce() {
        var lockstep = Lockstep(prefillRounds: 5)
        let waits = lockstep.waits(hasWeights: true)
        #expect(waits)
    }
}
