import GRDB

/// What people do with a replay that no learner uses.
extension ReplayStore {
    /// Reads every trajectory: its checksum, and that each block decompresses. Nothing is marked or changed.
    ///
    /// - Parameter damaged: told of each that cannot be read, in one line.
    /// - Returns: how many were read.
    public func check(damaged: (String) -> Void) throws(ReplayError) -> Int {
        var ids: [Int64] = []
        try forEachRecord { ids.append($0.id) }
        for id in ids {
            do throws(ReplayError) { _ = try trajectories([id]) } catch {
                guard error.code == .damaged || error.code == .incomplete else { throw error }
                damaged(error.message)
            }
        }
        return ids.count
    }

    /// Gives the room of what has left the database back to the file system.
    public func compact() throws(ReplayError) {
        try access { try pool.vacuum() }
    }
}
