import Measurements
import Testing

@testable import LearnerService

@Suite struct StalenessMeterTests {
    @Test func theOldestPolicyCounts() throws {
        let meter = StalenessMeter(limit: 5)
        #expect(meter.add([1, 2]) == nil, "nothing is published yet")
        meter.publish(10)
        #expect(meter.add([0, 0]) == nil, "all was chance")
        #expect(meter.add([10, 0, 10]) == 0)
        #expect(meter.add([9, 3, 10]) == 7)
        // A learner that went back to a checkpoint.
        #expect(meter.add([12]) == 0)
        let summary = try #require(meter.take()).summary
        #expect(summary.trajectories == 3 && summary.maximum == 7 && summary.aboveLimit == 1)
        #expect(abs(summary.mean - 7.0 / 3) < 1e-12)
        #expect(meter.take() == nil, "nothing came since")
    }

    @Test func classesDoubleInWidth() throws {
        let meter = StalenessMeter(limit: nil)
        meter.publish(1000)
        for staleness in [0, 0, 1, 2, 3, 4, 7, 8, 900] as [UInt64] { _ = meter.add([1000 - staleness]) }
        // 0, 1, 2–3, 4–7, 8–15, …, 512–1023.
        #expect(try #require(meter.take()).classes == [2, 1, 2, 2, 1, 0, 0, 0, 0, 0, 1])
    }
}
