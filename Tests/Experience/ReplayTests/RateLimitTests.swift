import Foundation
import Numbers
import Replay
import TestSupport
import Testing

@Suite(.blocking) struct RateLimitTests {
    /// Prefill 100 steps, 4 replayed steps per agent step, batches of 8, trajectories of 4, tolerance 12: the balance
    /// may lie in 388 ... 412.
    private func limit(_ inserted: Int, _ sampled: Int, deleted: Int = 0, hasSequence: Bool = true) throws -> RateLimit
    {
        var limit = try RateLimit(
            replayRatio: 4, minimumSteps: 100, tolerance: 12, sampleSteps: 8, insertSteps: 4)
        limit.didInsert(inserted, deleted: deleted, hasSequence: hasSequence)
        limit.didSample(sampled)
        return limit
    }

    @Test(arguments: [
        // inserted, sampled, deleted, may insert 4, may sample 8
        (0, 0, 0, true, false), (96, 0, 0, true, false), (99, 0, 0, true, false), (100, 0, 0, false, true),
        (100, 4, 0, true, true), (100, 8, 0, true, false), (103, 0, 0, false, true), (103, 16, 0, true, true),
        (103, 17, 0, true, false), (1000, 3605, 0, true, false), (1000, 3604, 0, true, true),
        (1000, 3603, 0, false, true), (1000, 0, 0, false, true),
        // Deleting leads back below the minimum: sampling stops, inserting is free.
        (1000, 3600, 901, true, false), (1000, 0, 904, true, false), (1000, 0, 900, false, true),
    ])
    func permits(inserted: Int, sampled: Int, deleted: Int, insert: Bool, sample: Bool) throws {
        let limit = try limit(inserted, sampled, deleted: deleted)
        #expect(limit.canInsert(4) == insert && limit.canSample(8) == sample)
        #expect(limit.canInsert(4) || limit.canSample(8))
    }

    @Test func insertingIsFreeUntilSomethingCanBeSampled() throws {
        let limit = try limit(500, 0, hasSequence: false)
        #expect(limit.canInsert(4) && !limit.canSample(8))
    }

    /// Whatever the order, one side may always go on: settings that pass are free of deadlock.
    @Test func neverStuck() throws {
        var generator = SplitMix64(seed: 4)
        for ratio in [0.25, 1, 7, 1024] {
            var limit = try RateLimit(
                replayRatio: ratio, minimumSteps: 90, tolerance: (32 + 64 * max(1, ratio)) / 2, sampleSteps: 32,
                insertSteps: 64)
            for _ in 0..<10_000 {
                let (insert, sample) = (limit.canInsert(64), limit.canSample(32))
                #expect(insert || sample)
                if insert && (!sample || Bool.random(using: &generator)) {
                    limit.didInsert(Int.random(in: 1...64, using: &generator), deleted: 0, hasSequence: true)
                } else {
                    limit.didSample(32)
                }
            }
            let due = Double(limit.counts.inserted - 90) * ratio
            #expect(abs(due - Double(limit.counts.sampled)) <= limit.balances.upperBound - 90 * ratio + 1)
        }
    }

    private func failure(_ body: () throws -> RateLimit) -> ReplayError? {
        #expect(throws: ReplayError.self) { _ = try body() }
    }

    @Test func refusesDeadlocks() {
        let above = failure {
            try RateLimit(replayRatio: 4, minimumSteps: 100, balances: 401...500, sampleSteps: 8, insertSteps: 4)
        }
        #expect(above?.message.contains("after the prefill training and actors would wait for each other") == true)
        let below = failure {
            try RateLimit(replayRatio: 4, minimumSteps: 100, balances: 300...399, sampleSteps: 8, insertSteps: 4)
        }
        #expect(below?.message.contains("the prefill itself would be blocked") == true)
        let narrow = failure {
            try RateLimit(replayRatio: 4, minimumSteps: 100, tolerance: 11, sampleSteps: 8, insertSteps: 4)
        }
        #expect(narrow?.message.contains("it must be at least 12.0") == true)
        for ratio in [0, -1, .infinity, .nan] {
            #expect(failure { try self.limit(ratio: ratio) }?.code == .configuration)
        }
        for tolerance in [-1, .infinity, .nan] {
            #expect(failure { try self.limit(tolerance: tolerance) }?.code == .configuration)
        }
    }

    private func limit(ratio: Double = 4, tolerance: Double? = nil) throws -> RateLimit {
        try RateLimit(replayRatio: ratio, minimumSteps: 100, tolerance: tolerance, sampleSteps: 8, insertSteps: 4)
    }

    @Test func defaultToleranceIsEnough() throws {
        let limit = try RateLimit(replayRatio: 1024, minimumSteps: 2500, sampleSteps: 1024, insertSteps: 64)
        #expect(limit.balances == 2_560_000 - 66_560...2_560_000 + 66_560)
        #expect(throws: Never.self) {
            try RateLimit(replayRatio: 1024, minimumSteps: 1, sampleSteps: 1024, insertSteps: 64)
        }
    }

    @Test func countsSurviveACheckpoint() throws {
        let counts = try limit(103, 16, deleted: 2).counts
        let restored = try JSONDecoder().decode(RateLimit.Counts.self, from: JSONEncoder().encode(counts))
        #expect(restored == counts)
    }
}
