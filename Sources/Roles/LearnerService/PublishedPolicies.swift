import Synchronization

/// How far the run had come when each policy was published: an evaluator says only later how good it was.
final class PublishedPolicies: Sendable {
    struct Moment: Sendable, Equatable {
        var trainSteps: Int
        var agentSteps: Int
    }

    /// Versions that are remembered, the newest.
    static let capacity = 1 << 16

    private let moments = Mutex<[UInt64: Moment]>([:])

    func note(_ version: UInt64, _ moment: Moment) {
        moments.withLock { moments in
            moments[version] = moment
            if version >= UInt64(Self.capacity) { moments[version - UInt64(Self.capacity)] = nil }
        }
    }

    /// Nil where it was too long ago.
    func moment(of version: UInt64) -> Moment? {
        moments.withLock { $0[version] }
    }
}
