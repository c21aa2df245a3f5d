/// The sequence numbers of one incarnation that were ever stored, as disjoint ranges in rising order. Usually one:
/// 1 to the newest. Trajectories leave the replay, their numbers stay.
package struct SequenceRanges: Sendable, Equatable {
    package private(set) var ranges: [ClosedRange<UInt64>]

    /// - Parameter ranges: disjoint, in any order.
    package init(_ ranges: [ClosedRange<UInt64>] = []) {
        self.ranges = ranges.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// What an insertion did to the ranges: `written` is new or grown, the one that started at `removed` is part of it.
    package struct Change: Equatable {
        package var written: ClosedRange<UInt64>
        package var removed: UInt64?
    }

    /// The highest number up to which nothing is missing, 0 for none.
    package var storedThrough: UInt64 {
        guard let first = ranges.first, first.lowerBound <= 1 else { return 0 }
        return first.upperBound
    }

    package func contains(_ number: UInt64) -> Bool {
        let next = position(after: number)
        return next > 0 && ranges[next - 1].contains(number)
    }

    /// Adds a number that is not contained yet.
    package mutating func insert(_ number: UInt64) -> Change {
        let next = position(after: number)
        let joinsPrevious = next > 0 && ranges[next - 1].upperBound + 1 == number
        let joinsNext = next < ranges.count && ranges[next].lowerBound - 1 == number
        switch (joinsPrevious, joinsNext) {
        case (false, false):
            ranges.insert(number...number, at: next)
            return Change(written: ranges[next])
        case (true, false):
            ranges[next - 1] = ranges[next - 1].lowerBound...number
            return Change(written: ranges[next - 1])
        case (false, true):
            let removed = ranges[next].lowerBound
            ranges[next] = number...ranges[next].upperBound
            return Change(written: ranges[next], removed: removed)
        case (true, true):
            let removed = ranges[next].lowerBound
            ranges[next - 1] = ranges[next - 1].lowerBound...ranges[next].upperBound
            ranges.remove(at: next)
            return Change(written: ranges[next - 1], removed: removed)
        }
    }

    /// Index of the first range that starts above `number`.
    private func position(after number: UInt64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound > number { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
