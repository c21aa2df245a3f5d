import Testing

@testable import ActorService

@Suite struct AwayPaceTests {
    private let start = ContinuousClock.now

    /// Eight steps each tenth of a second with a learner, and the same without.
    @Test func anActorGoesOnAsFastAsTheLearnerHasLetIt() throws {
        var pace = AwayPace(now: start)
        for step in 1...30 {
            let next = pace.add(8, isConnected: true, now: start + .milliseconds(100 * step))
            #expect(next == nil)
        }
        let left = start + .seconds(4)
        for step in 1...20 {
            let due = pace.add(8, isConnected: false, now: left)
            let next = try #require(due)
            #expect(abs((next - left) / .milliseconds(100 * step) - 1) < 0.01, "\(step)")
        }
    }

    /// The learner is back, and has let it play slower since.
    @Test func itFollowsWhatTheLearnerAllows() throws {
        var pace = AwayPace(now: start)
        _ = pace.add(1000, isConnected: true, now: start + .seconds(1))
        _ = pace.add(5000, isConnected: false, now: start + .seconds(2))
        // Steps without a learner are no measure, nor is the time.
        for second in 3...40 { _ = pace.add(10, isConnected: true, now: start + .seconds(second)) }
        let left = start + .seconds(50)
        let due = pace.add(100, isConnected: false, now: left)
        let next = try #require(due)
        #expect(abs((next - left) / .seconds(10) - 1) < 0.1)
    }

    @Test func whoHasMeasuredNothingDoesNotWait() {
        var pace = AwayPace(now: start)
        let next = pace.add(8, isConnected: false, now: start + .milliseconds(10))
        #expect(next == nil)
    }
}
