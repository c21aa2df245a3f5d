import NIOCore
import Testing

@testable import Transport

@Suite struct ContestedNamesTests {
    private let start = NIODeadline.uptimeNanoseconds(1 << 40)

    /// Restarts that take their own names over now and then are no quarrel.
    @Test func restartsAreNoQuarrel() {
        var names = ContestedNames()
        for minute in 0..<20 as Range<Int64> {
            #expect(names.takenOver("a", now: start + .seconds(61 * minute)) == nil)
        }
        #expect(names.takenOver("b", now: start) == nil && names.takenOver("b", now: start) == nil)
    }

    /// One warning in half a minute for each name, with all takeovers since the quarrel began.
    @Test func warningsAreFewAndCount() {
        var names = ContestedNames()
        var warnings: [String] = []
        for tenth in 0..<650 as Range<Int64> {
            let now = start + .milliseconds(100 * tenth)
            warnings += ["a", "b"].compactMap { names.takenOver($0, now: now) }
        }
        let counts = [(3, 1), (303, 30), (603, 60)].map { "was replaced \($0) times in \($1) s" }
        #expect(warnings.count == 2 * counts.count)
        for (index, warning) in warnings.enumerated() {
            #expect(
                warning.hasPrefix("actor \(index.isMultiple(of: 2) ? "a" : "b") \(counts[index / 2]): two processes"))
        }
    }

    @Test func namesAreBounded() {
        var names = ContestedNames()
        for number in 0..<2 * ContestedNames.capacity {
            for _ in 0..<2 { #expect(names.takenOver("\(number)", now: start) == nil) }
        }
        // The first are watched, and the last would have been.
        #expect(names.takenOver("0", now: start) != nil)
        #expect(names.takenOver("\(2 * ContestedNames.capacity - 1)", now: start) == nil)
        // There is room again once the quarrels are over.
        let later = start + ContestedNames.memory + .seconds(1)
        for _ in 0..<2 { #expect(names.takenOver("new", now: later) == nil) }
        #expect(names.takenOver("new", now: later) != nil)
    }
}
