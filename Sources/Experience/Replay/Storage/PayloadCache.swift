import Synchronization
import TrajectoryCodec

/// Compressed trajectories in memory, at most `capacity` bytes; the least recently used leave first.
final class PayloadCache: Sendable {
    private let capacity: Int
    private let contents = Mutex(Contents())

    struct Statistics: Sendable, Equatable {
        var bytes = 0
        var hits = 0
        var misses = 0
    }

    /// Entries are linked in order of use; 0 stands for none, as ids start at 1.
    fileprivate struct Contents {
        var entries: [Int64: Entry] = [:]
        var newest: Int64 = 0
        var oldest: Int64 = 0
        var statistics = Statistics()
    }

    fileprivate struct Entry {
        var trajectory: EncodedTrajectory
        /// Neighbours in order of use; 0 for none.
        var newer: Int64
        var older: Int64
    }

    init(capacity: Int) {
        self.capacity = capacity
    }

    var statistics: Statistics { contents.withLock { $0.statistics } }

    /// The cached trajectories, nil for those that are not.
    func trajectories(_ ids: [Int64]) -> [EncodedTrajectory?] {
        contents.withLock { contents in ids.map { contents.use($0) } }
    }

    func insert(_ trajectory: EncodedTrajectory, id: Int64) {
        contents.withLock { $0.insert(trajectory, id: id, capacity: capacity) }
    }

    func remove(_ ids: [Int64]) {
        contents.withLock { contents in
            for id in ids { contents.remove(id) }
        }
    }
}

extension PayloadCache.Contents {
    fileprivate mutating func use(_ id: Int64) -> EncodedTrajectory? {
        guard let entry = entries[id] else {
            statistics.misses += 1
            return nil
        }
        statistics.hits += 1
        unlink(entry)
        link(id, entry.trajectory)
        return entry.trajectory
    }

    fileprivate mutating func insert(_ trajectory: EncodedTrajectory, id: Int64, capacity: Int) {
        remove(id)
        guard trajectory.byteCount <= capacity else { return }
        link(id, trajectory)
        statistics.bytes += trajectory.byteCount
        while statistics.bytes > capacity { remove(oldest) }
    }

    fileprivate mutating func remove(_ id: Int64) {
        guard let entry = entries.removeValue(forKey: id) else { return }
        unlink(entry)
        statistics.bytes -= entry.trajectory.byteCount
    }

    /// Puts an entry at the newest end.
    private mutating func link(_ id: Int64, _ trajectory: EncodedTrajectory) {
        entries[newest]?.newer = id
        entries[id] = PayloadCache.Entry(trajectory: trajectory, newer: 0, older: newest)
        newest = id
        if oldest == 0 { oldest = id }
    }

    /// Joins the neighbours of an entry.
    private mutating func unlink(_ entry: PayloadCache.Entry) {
        if entry.newer == 0 { newest = entry.older } else { entries[entry.newer]?.older = entry.older }
        if entry.older == 0 { oldest = entry.newer } else { entries[entry.older]?.newer = entry.newer }
    }
}
