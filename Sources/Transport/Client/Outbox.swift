import NIOCore
import TrajectoryCodec

/// Trajectories from submission to acknowledgement, in the order of their sequence numbers.
struct Outbox: Sendable {
    struct Entry: Sendable, Equatable {
        var sequence: UInt64
        var header: TrajectoryHeader
        var payload: ByteBuffer
    }

    /// Most payload bytes, except for a single trajectory that is larger.
    var capacity: Int
    private(set) var bytes = 0
    /// Sequence number of the next trajectory to be submitted.
    private(set) var nextSequence: UInt64 = 1
    private var entries = CircularBuffer<Entry>()
    /// Entries from the front that have been sent over the present connection.
    private var sent = 0

    init(capacity: Int) {
        self.capacity = capacity
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

    mutating func append(_ header: TrajectoryHeader, _ payload: ByteBuffer) {
        entries.append(Entry(sequence: nextSequence, header: header, payload: payload))
        bytes += payload.readableBytes
        nextSequence += 1
    }

    /// The next entry to send, if `window` has room for it.
    mutating func next(within window: inout CreditWindow) -> Entry? {
        guard sent < entries.count else { return nil }
        let entry = entries[entries.index(entries.startIndex, offsetBy: sent)]
        guard window.take(entry.header.decompressedBytes) else { return nil }
        sent += 1
        return entry
    }

    /// A new connection: everything up to `sequence` is settled, the rest is sent again.
    mutating func restart(settledThrough sequence: UInt64) {
        while let first = entries.first, first.sequence <= sequence { remove(at: entries.startIndex) }
        sent = 0
    }

    /// Drops what is acknowledged; false for a number that was not sent.
    mutating func settle(_ sequence: UInt64) -> Bool {
        // Acknowledgements come nearly in order: the entry is at or near the front.
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }),
            entries.distance(from: entries.startIndex, to: index) < sent
        else { return false }
        remove(at: index)
        sent -= 1
        return true
    }

    /// Drops everything: nobody will ever want it.
    mutating func removeAll() {
        entries.removeAll()
        (bytes, sent) = (0, 0)
    }

    private mutating func remove(at index: CircularBuffer<Entry>.Index) {
        bytes -= entries.remove(at: index).payload.readableBytes
    }
}
