import Testing

@testable import Replay

@Suite(.timeLimit(.minutes(5))) struct WaitMeterTests {
    @Test func waitsAddUp() {
        let start = ContinuousClock.now
        var meter = WaitMeter()
        #expect(meter.seconds(at: start) == 0)
        meter.set(true, at: start)
        #expect(meter.seconds(at: start + .seconds(2)) == 2)
        // It is known already.
        meter.set(true, at: start + .seconds(1))
        meter.set(false, at: start + .seconds(3))
        meter.set(false, at: start + .seconds(4))
        #expect(meter.seconds(at: start + .seconds(9)) == 3)
        meter.set(true, at: start + .seconds(10))
        #expect(meter.seconds(at: start + .seconds(11)) == 4)
    }

    /// Actors wait while training is behind, training while nothing is to be replayed.
    @Test func theLimiterSaysWhoHasWaited() async throws {
        let limiter = RateLimiter(
            try RateLimit(replayRatio: 1, minimumSteps: 10, sampleSteps: 10, insertSteps: 10))
        #expect(limiter.waits == RateLimiter.Waits())
        async let filled: Void = Task.detached { try limiter.waitUntilFilled() }.value
        try await Task.sleep(for: .milliseconds(50))
        limiter.didInsert(1000, deleted: 0, hasSequence: true)
        try await filled
        #expect(limiter.waits.sampling > 0)
        let before = limiter.waits
        try await Task.sleep(for: .milliseconds(20))
        #expect(limiter.waits.inserting > before.inserting && limiter.waits.sampling == before.sampling)
    }
}
