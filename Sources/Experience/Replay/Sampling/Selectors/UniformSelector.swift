import Numbers

/// Draws each sequence of the replay with the same probability, independently of what was drawn before.
package struct UniformSelector: Selector {
    /// Trained steps of a sequence.
    private let length: Int

    package init(length: Int) {
        self.length = length
    }

    package func insert(_ record: TrajectoryRecord) {}

    package func next(in index: inout ReplayIndex, using generator: inout SplitMix64) -> SequenceLocation? {
        let starts = index.starts(length: length)
        guard starts > 0 else { return nil }
        return index.sequence(generator.below(starts), length: length)
    }
}
