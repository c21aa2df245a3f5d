import NIOCore

/// Memory for large frames of which a part is here, over all connections: who wants some gets it or waits for its turn.
struct FrameBudget {
    /// Frames up to so many bytes need no permission: the number of connections limits them.
    static let free = 64 << 10

    /// Bytes.
    let capacity: Int
    private(set) var reserved = 0
    private var held: [ObjectIdentifier: Int] = [:]
    private var waiting = CircularBuffer<(id: ObjectIdentifier, bytes: Int)>()

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isContested: Bool { !waiting.isEmpty }

    /// - Returns: whether the memory is there; otherwise `id` waits, and `giveBack` will name it.
    mutating func reserve(_ bytes: Int, for id: ObjectIdentifier) -> Bool {
        precondition(held[id] == nil, "a connection asks for memory that has some already")
        guard waiting.isEmpty, fits(bytes) else {
            waiting.append((id, bytes))
            return false
        }
        hold(bytes, for: id)
        return true
    }

    /// `id` neither holds memory nor waits for it any more.
    /// - Returns: whose turn it is now; they hold what they wait for.
    mutating func giveBack(_ id: ObjectIdentifier) -> [ObjectIdentifier] {
        if let bytes = held.removeValue(forKey: id) {
            reserved -= bytes
        } else {
            waiting.removeAll { $0.id == id }
        }
        return admit()
    }

    private mutating func admit() -> [ObjectIdentifier] {
        var admitted: [ObjectIdentifier] = []
        while let first = waiting.first, fits(first.bytes) {
            waiting.removeFirst()
            hold(first.bytes, for: first.id)
            admitted.append(first.id)
        }
        return admitted
    }

    private mutating func hold(_ bytes: Int, for id: ObjectIdentifier) {
        reserved += bytes
        held[id] = bytes
    }

    /// One that is larger than all the memory passes alone instead of never.
    private func fits(_ bytes: Int) -> Bool { reserved == 0 || reserved + bytes <= capacity }
}
