import Telemetry
import Testing

@testable import LearnerService

@Suite struct StalenessMeterTests {
    @Test func theOldestPolicyCounts() {
        let meter = StalenessMeter(limit: 5)
        #expect(meter.add([1, 2]) == nil, "nothing is published yet")
        meter.publish(10)
        #expect(meter.add([0, 0]) == nil, "all was chance")
        #expect(meter.add([10, 0, 10]) == 0)
        #expect(meter.add([9, 3, 10]) == 7)
        // A learner that went back to a checkpoint.
        #expect(meter.add([12]) == 0)
        let histogram = meter.take()
        #expect(histogram.statistics.count == 3 && histogram.statistics.maximum == 7)
        #expect(histogram.aboveLimit == 1)
        #expect(meter.take() == StalenessMeter.Histogram())
    }

    @Test func classesDoubleInWidth() {
        let meter = StalenessMeter(limit: nil)
        meter.publish(1000)
        for staleness in [0, 0, 1, 2, 3, 4, 7, 8, 900] as [UInt64] { _ = meter.add([1000 - staleness]) }
        let counts = meter.take().counts
        #expect(counts.map(\.from) == [0, 1, 2, 4, 8, 512])
        #expect(counts.map(\.count) == [2, 1, 2, 2, 1, 1])
    }
}
