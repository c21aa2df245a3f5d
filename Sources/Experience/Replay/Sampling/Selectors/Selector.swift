import Numbers

/// Chooses which sequence of the replay is drawn next. The index knows which sequences there are; a selector says in what
/// order, or with what probability, they come.
///
/// A selector belongs to the sequences of one length. It is called by one thread at a time, with the index locked, so it
/// must be quick: O(log n).
package protocol Selector: Sendable {
    /// Notes a trajectory that has just been stored and may be drawn from now on; the index has it already. What was stored
    /// before the replay was opened is in the index only.
    mutating func insert(_ record: TrajectoryRecord)

    /// Returns a sequence, which may have left the replay meanwhile: then it is asked again.
    ///
    /// - Returns: nil where the replay has no sequence of this length.
    mutating func next(in index: inout ReplayIndex, using generator: inout SplitMix64) -> SequenceLocation?
}
