/// Memory for large frames of which a part is here, over all connections: who wants some gets it or waits for its turn.
struct FrameBudget {
    /// Frames up to so many bytes need no permission: the number of connections limits them.
    static let free = 64 << 10

    /// Bytes.
    let capacity: Int
    private(set) var reserved = 0
    private var waiting: [(id: ObjectIdentifier, bytes: Int)] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    var isContested: Bool { !waiting.isEmpty }

    /// - Returns: whether the memory is there; otherwise `id` waits, and `release` or `forget` will name it.
    mutating func reserve(_ bytes: Int, for id: ObjectIdentifier) -> Bool {
        if waiting.isEmpty, fits(bytes) {
            reserved += bytes
            return true
        }
        waiting.append((id, bytes))
        return false
    }

    /// - Returns: whose turn it is now; their memory is reserved.
    mutating func release(_ bytes: Int) -> [ObjectIdentifier] {
        reserved -= bytes
        return admit()
    }

    /// `id` waits no longer.
    mutating func forget(_ id: ObjectIdentifier) -> [ObjectIdentifier] {
        waiting.removeAll { $0.id == id }
        return admit()
    }

    private mutating func admit() -> [ObjectIdentifier] {
        var admitted: [ObjectIdentifier] = []
        while let first = waiting.first, fits(first.bytes) {
            reserved += first.bytes
            admitted.append(first.id)
            waiting.removeFirst()
        }
        return admitted
    }

    /// One that is larger than all the memory passes alone instead of never.
    private func fits(_ bytes: Int) -> Bool { reserved == 0 || reserved + bytes <= capacity }
}
