import Measurements
import Testing

@Suite struct MetersTests {
    @Test func runningStatisticsAgreeWithTheDefinition() {
        var statistics = RunningStatistics()
        #expect(statistics.minimum == nil && statistics.variance == 0)
        // A large offset is where the naive sum of squares fails.
        let values = [4.0, 7, 13, 16].map { $0 + 1e9 }
        values.forEach { statistics.add($0) }
        statistics.add(.nan)
        #expect(statistics.count == 4 && statistics.mean == 1e9 + 10)
        #expect(abs(statistics.variance - 22.5) < 1e-6)
        #expect(statistics.minimum == 1e9 + 4 && statistics.maximum == 1e9 + 16)
    }

    @Test func meanWindowForgetsTheOldest() {
        var window = MeanWindow(capacity: 3)
        #expect(window.mean == nil)
        window.add(1)
        #expect(window.mean == 1)
        for value in [2.0, 3, 4, 5] { window.add(value) }
        #expect(window.mean == 4 && window.count == 3)
    }

    @Test func rateLooksBackOneWindow() {
        let start = ContinuousClock.now
        var meter = RateMeter(window: .seconds(10), start: start)
        #expect(meter.rate(at: start) == 0)
        for tick in 1...100 { meter.add(5, at: start + .milliseconds(100 * tick)) }
        #expect(abs(meter.rate(at: start + .seconds(10)) - 50) < 1e-9)
        #expect(meter.rate(at: start + .seconds(15)) < 30)
        #expect(meter.rate(at: start + .seconds(30)) == 0)
    }

    @Test func youngMetersDivideByTheirAge() {
        let start = ContinuousClock.now
        var meter = RateMeter(window: .seconds(60), start: start)
        meter.add(10, at: start + .seconds(1))
        #expect(meter.rate(at: start + .seconds(2)) == 5)
    }

    @Test func ratesStayRightAtManyEventsPerSlot() {
        let start = ContinuousClock.now
        var meter = RateMeter(window: .seconds(1), start: start)
        for event in 0..<50_000 { meter.add(at: start + .microseconds(event * 100)) }
        #expect(abs(meter.rate(at: start + .seconds(5)) - 10_000) <= 500)
    }
}
