/// Where the frames of one sequence lie: pieces of consecutive trajectories.
public struct SequenceLocation: Sendable, Equatable {
    public struct Piece: Sendable, Equatable {
        public var trajectory: Int64
        /// Steps within that trajectory.
        public var steps: Range<Int>
    }

    /// In order of time; together one frame more than the length of the sequence.
    public var pieces: [Piece]
}
