import Testing

@testable import BenchmarkRuns

/// What is started when, without processes.
@Suite struct BenchmarkScheduleTests {
    @Test func someRunAtATime() {
        var schedule = BenchmarkSchedule([0, 2, 5, 6], parallel: 2)
        #expect(schedule.begin() == [.start(0), .start(2)])
        #expect(schedule.handle(.ended(2, .finished)) == [.start(5)])
        #expect(schedule.handle(.ended(0, .failed("oh"))) == [.start(6)])
        #expect(schedule.handle(.ended(6, .handedOver)).isEmpty)
        #expect(schedule.handle(.ended(5, .finished)) == [.end])
        #expect(schedule.outcomes == [0: .failed("oh"), 2: .finished, 5: .finished, 6: .handedOver])
    }

    @Test func nothingToDoEndsAtOnce() {
        var schedule = BenchmarkSchedule([], parallel: 2)
        #expect(schedule.begin() == [.end])
    }

    /// Those that run have their time; those that wait are not begun.
    @Test func theFirstSignalStopsInGoodOrderAndTheSecondAtOnce() {
        var schedule = BenchmarkSchedule([0, 1, 2], parallel: 2)
        _ = schedule.begin()
        #expect(schedule.handle(.signal) == [.stop(atOnce: false)])
        #expect(schedule.isStopping)
        #expect(schedule.handle(.ended(0, .stopped)).isEmpty)
        #expect(schedule.handle(.signal) == [.stop(atOnce: true)])
        #expect(schedule.handle(.ended(1, .failed("killed"))) == [.end])
        #expect(schedule.outcomes[2] == nil)
    }
}
