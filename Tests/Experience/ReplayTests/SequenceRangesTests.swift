import Numbers
import Replay
import TestSupport
import Testing

@Suite(.blocking) struct SequenceRangesTests {
    @Test func anyOrderEndsAsOneRange() {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<100 {
            var ranges = SequenceRanges()
            var written: [UInt64: ClosedRange<UInt64>] = [:]
            for number in (UInt64(1)...30).shuffled(using: &generator) {
                #expect(!ranges.contains(number))
                let change = ranges.insert(number)
                if let removed = change.removed { written[removed] = nil }
                written[change.written.lowerBound] = change.written
                #expect(ranges.contains(number))
                #expect(SequenceRanges(Array(written.values)) == ranges)
            }
            #expect(ranges.ranges == [1...30] && ranges.storedThrough == 30)
        }
    }

    @Test func extremes() {
        var ranges = SequenceRanges()
        let numbers: [UInt64] = [.max, 0, .max - 1, 1]
        for number in numbers { _ = ranges.insert(number) }
        #expect(ranges.ranges == [0...1, (.max - 1) ... .max])
        #expect(ranges.storedThrough == 1)
        #expect(!ranges.contains(2))
    }

    @Test func nothingIsContiguousWithoutTheFirst() {
        #expect(SequenceRanges([2...9]).storedThrough == 0)
        #expect(SequenceRanges().storedThrough == 0)
    }
}
