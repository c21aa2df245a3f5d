import Numbers

/// Serves sequences that were never served before first, in the order in which they became complete, and draws uniformly
/// where there are none.
package struct FreshFirstSelector: Selector {
    private var fresh: FreshSequences
    private let others: UniformSelector

    /// - Parameter capacity: most sequences that wait; the oldest of more are left to uniform drawing.
    package init(length: Int, capacity: Int = 65_536) {
        fresh = FreshSequences(length: length, capacity: capacity)
        others = UniformSelector(length: length)
    }

    package mutating func insert(_ record: TrajectoryRecord) {
        fresh.append(record)
    }

    package mutating func next(in index: inout ReplayIndex, using generator: inout SplitMix64) -> SequenceLocation? {
        fresh.next() ?? others.next(in: &index, using: &generator)
    }
}
