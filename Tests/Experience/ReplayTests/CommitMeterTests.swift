import TestSupport
import Testing

@testable import Replay

@Suite(.blocking) struct CommitMeterTests {
    @Test func percentilesLieWithinAClass() {
        var meter = CommitMeter()
        for wait in 1...1000 { meter.add([.microseconds(wait)]) }
        #expect(meter.commits == 1000 && meter.trajectories == 1000 && meter.longest == .milliseconds(1))
        for (fraction, exact) in [(0.5, 500.0), (0.9, 900), (0.99, 990)] {
            let found = meter.wait(fraction) / .microseconds(1)
            #expect(found >= exact && found <= exact * 1.13, "\(fraction): \(found)")
        }
        #expect(meter.wait(1) == .milliseconds(1))
    }

    @Test func extremesHaveAPlace() {
        var meter = CommitMeter()
        #expect(meter.wait(0.5) == .zero)
        meter.add([.zero, .nanoseconds(1), .seconds(1 << 40)])
        #expect(meter.wait(0.5) <= .microseconds(2))
        #expect(meter.wait(1) > .seconds(1000))
    }
}
