/// Places for connections that have not said who they are. There is always one for the next: the oldest of its address
/// makes way where that has its share, otherwise the oldest of all.
struct StrangerPlaces {
    let capacity: Int
    /// In the order in which they came.
    private var strangers: [(id: ObjectIdentifier, origin: String)] = []

    init(capacity: Int) {
        precondition(capacity > 0, "\(capacity) places for strangers let nobody in")
        self.capacity = capacity
    }

    /// Most connections of one address.
    var share: Int { min(capacity, max(8, capacity / 4)) }
    var count: Int { strangers.count }

    /// - Parameter origin: where it comes from.
    /// - Returns: who is to be closed for it.
    mutating func enter(_ id: ObjectIdentifier, from origin: String) -> ObjectIdentifier? {
        defer { strangers.append((id, origin)) }
        let neighbours = strangers.count { $0.origin == origin }
        let isShareTaken = neighbours >= share
        guard isShareTaken || strangers.count >= capacity,
            let oldest = strangers.firstIndex(where: { !isShareTaken || $0.origin == origin })
        else { return nil }
        return strangers.remove(at: oldest).id
    }

    /// It has said who it is, or it is gone.
    mutating func leave(_ id: ObjectIdentifier) {
        strangers.removeAll { $0.id == id }
    }
}
