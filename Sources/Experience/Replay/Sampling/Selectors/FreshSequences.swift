import DequeModule

/// Sequences that were never sampled, in the order in which they became complete: what an online sampler serves first.
///
/// The steps of each stream are cut into sequences of `length` trained steps, one after the other; each has one frame of
/// the sequence before as its first, so that every step is trained once.
struct FreshSequences: Sendable {
    private let length: Int
    /// Most sequences that wait; the oldest are left to uniform sampling.
    private let capacity: Int
    private var ready: Deque<SequenceLocation> = []
    private var open: [StreamKey: Rest] = [:]

    /// The frames of a stream that are not enough for a sequence.
    private struct Rest {
        var pieces: [SequenceLocation.Piece] = []
        var frames = 0
        /// The step that continues it.
        var end: UInt64
    }

    /// Streams whose rests are kept; those of actors that are gone must not gather for ever.
    private static let maximumStreams = 4096

    init(length: Int, capacity: Int) {
        self.length = length
        self.capacity = capacity
    }

    /// Notes a trajectory that may be sampled from now on.
    mutating func append(_ record: TrajectoryRecord) {
        if open.count >= Self.maximumStreams { open = [:] }
        var rest = open[record.stream] ?? Rest(end: record.firstStep)
        if rest.end != record.firstStep { rest = Rest(end: record.firstStep) }
        rest.pieces.append(.init(trajectory: record.id, steps: 0..<record.steps))
        rest.frames += record.steps
        rest.end += UInt64(record.steps)
        while rest.frames > length { ready.append(cut(&rest)) }
        open[record.stream] = rest
        if ready.count > capacity { ready.removeFirst(ready.count - capacity) }
    }

    /// The sequence that waits longest; nil where none does.
    mutating func next() -> SequenceLocation? {
        ready.popFirst()
    }

    /// Takes the first `length` + 1 frames, of which the last stays, too.
    private func cut(_ rest: inout Rest) -> SequenceLocation {
        var location = SequenceLocation(pieces: [])
        var missing = length + 1
        while missing > 0, let piece = rest.pieces.first {
            let taken = min(missing, piece.steps.count)
            let end = piece.steps.lowerBound + taken
            location.pieces.append(.init(trajectory: piece.trajectory, steps: piece.steps.lowerBound..<end))
            missing -= taken
            let kept = missing == 0 ? end - 1 : end
            if kept < piece.steps.upperBound {
                rest.pieces[0].steps = kept..<piece.steps.upperBound
            } else {
                rest.pieces.removeFirst()
            }
        }
        rest.frames -= length
        return location
    }
}
