import Testing
import Wire

@testable import ActorService

@Suite struct EvaluationScheduleTests {
    private func due(_ versions: [UInt64], every: Int, generation: UInt64 = 1) -> [UInt64] {
        var schedule = EvaluationSchedule(every: every)
        return versions.filter { schedule.isDue(WeightsIdentity(learnerGeneration: generation, version: $0)) }
    }

    @Test func eachMultipleIsPlayedOnce() {
        #expect(due(Array(1...12), every: 4) == [4, 8, 12])
        #expect(due(Array(1...3), every: 1) == [1, 2, 3])
        // Versions that were replaced while an evaluation went on: the newest stands for the multiples that it has passed.
        #expect(due([1, 5, 6, 7, 19, 20, 21], every: 4) == [5, 19, 20])
    }

    /// A learner that died goes on from its checkpoint, with versions that were there before, and other policies under them.
    @Test func aLearnerThatWentBackIsFollowed() {
        var schedule = EvaluationSchedule(every: 10)
        func isDue(_ generation: UInt64, _ version: UInt64) -> Bool {
            schedule.isDue(WeightsIdentity(learnerGeneration: generation, version: version))
        }
        #expect(isDue(1, 40))
        #expect(!isDue(1, 45))
        #expect(!isDue(2, 33))
        #expect(!isDue(2, 39))
        #expect(isDue(2, 40))
    }
}
