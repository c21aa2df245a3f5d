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
        #expect(meter.add(steps: 8, [episode(1)], version: 2, now: start + .milliseconds(400)) == nil)
        let first = try #require(meter.add(steps: 8, [episode(2)], version: 3, now: start + .seconds(2)))
        #expect(first.environmentSteps == 16 && first.stepsPerSecond == 8 && first.policyVersion == 3)
        #expect(first.episodes.map(\.episodeReturn) == [1, 2])
        #expect(meter.add(steps: 8, [], version: 3, now: start + .milliseconds(2900)) == nil)
        let second = try #require(meter.add(steps: 8, [], version: 4, now: start + .seconds(4)))
        #expect(second.environmentSteps == 32 && second.stepsPerSecond == 8 && second.episodes.isEmpty)
    }
}

@Suite struct LockstepTests {
    /// Rounds of the prefill are not answered with weights, unless the learner is past it.
    @Test(arguments: [(3, [false, false, true, true]), (1, [true, true, true, true])])
    func waitsFromTheLastRoundOfThePrefillOn(rounds: Int, waits: [Bool]) {
        var lockstep = Lockstep(prefillRounds: rounds)
        #expect(waits.map { _ in lockstep.waits(hasWeights: false) } == waits)
    }

    @Test func anActorThatWasStartedAgainWaitsAtOnce() {
        var lockstep = Lockstep(prefillRounds: 5)
        #expect(lockstep.waits(hasWeights: true))
    }
}
