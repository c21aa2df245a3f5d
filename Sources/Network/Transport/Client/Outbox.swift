import NIOCore
import TrajectoryCodec

/// Trajectories from submission to acknowledgement, in the order of their sequence numbers.
struct Outbox: Sendable {
    struct Entry: Sendable, Equatable {
        var sequence: UInt64
        var trajectory: EncodedTrajectory
        /// When it was sent last.
        var sentAt = NIODeadline.distantPast
    }

    /// Most payload bytes, except for a single trajectory that is larger.
    var capacity: Int
    private(set) var bytes = 0
    /// Sequence number of the next trajectory to be submitted.
    private(set) var nextSequence: UInt64
    /// The learner has all up to this one: what is submitted again is dropped.
    private var settledThrough: UInt64 = 0
    private var entries = CircularBuffer<Entry>()
    /// Entries from the front that have been sent over the present connection.
    private var sent = 0

    init(capacity: Int, nextSequence: UInt64 = 1) {
        self.capacity = capacity
        self.nextSequence = nextSequence
    }

    /// What is submitted next follows on `sequence`, and is the same as what was submitted after that before.
    mutating func submitAgain(after sequence: UInt64) {
        precondition(
            entries.isEmpty && sequence < nextSequence, "\(sequence) was never submitted, or more is under way")
        nextSequence = sequence + 1
    }

    var count: Int { entries.count }
    /// Entries that wait for credit, or for a connection.
    var unsent: Int { entries.count - sent }
    var isEmpty: Bool { entries.isEmpty }
    /// Sequence number of the first trajectory that is not acknowledged.
    var firstUnacknowledged: UInt64 { entries.first?.sequence ?? nextSequence }

    func hasRoom(for bytes: Int) -> Bool {
        entries.isEmpty || self.bytes + bytes <= capacity
    }

    mutating func append(_ trajectory: EncodedTrajectory) {
        guard nextSequence > settledThrough else {
            nextSequence += 1
            return
        }
        entries.append(Entry(sequence: nextSequence, trajectory: trajectory))
        bytes += trajectory.byteCount
        nextSequence += 1
    }

    /// The next entry to send, if `window` has room for it.
    mutating func next(within window: inout CreditWindow, now: NIODeadline) -> Entry? {
        guard sent < entries.count else { return nil }
        let index = entries.index(entries.startIndex, offsetBy: sent)
        guard window.take(entries[index].trajectory.header.credit) else { return nil }
        sent += 1
        entries[index].sentAt = now
        return entries[index]
    }

    /// A new connection: everything up to `sequence` is settled and returned, the rest is sent again.
    mutating func restart(settledThrough sequence: UInt64) -> [Entry] {
        settledThrough = max(settledThrough, sequence)
        var settled: [Entry] = []
        while let first = entries.first, first.sequence <= sequence {
            settled.append(remove(at: entries.startIndex))
        }
        sent = 0
        return settled
    }

    /// Drops what is acknowledged and returns it; nil for a number that was not sent.
    private mutating func settle(_ sequence: UInt64) -> Entry? {
        // Acknowledgements come nearly in order: the entry is at or near the front.
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }),
            entries.distance(from: entries.startIndex, to: index) < sent
        else { return nil }
        sent -= 1
        return remove(at: index)
    }

    /// Drops all that is acknowledged, and returns it up to the first number that was not sent.
    mutating func settle(_ sequences: [UInt64]) -> (entries: [Entry], unknown: UInt64?) {
        var settled: [Entry] = []
        for sequence in sequences {
            guard let entry = settle(sequence) else { return (settled, sequence) }
            settled.append(entry)
        }
        return (settled, nil)
    }

    /// Drops everything: nobody will ever want it.
    mutating func removeAll() {
        entries.removeAll()
        (bytes, sent) = (0, 0)
    }

    private mutating func remove(at index: CircularBuffer<Entry>.Index) -> Entry {
        let entry = entries.remove(at: index)
        bytes -= entry.trajectory.byteCount
        return entry
    }
}
