import GRDB
import Synchronization

/// What the disk has lost.
extension ReplayStore {
    /// Damaged trajectories that a run goes on with, however few there are in all.
    private static let toleratedDamage = 10

    /// Leaves a trajectory that cannot be read out of what is sampled, for good.
    ///
    /// - Throws: `.damaged` where so many are that the replay cannot be trusted any more.
    func leaveOut(_ id: Int64) throws(ReplayError) {
        // Where the mark cannot be written, the next learner that draws it finds the same.
        try? pool.write { try $0.execute(sql: "UPDATE trajectory SET damaged = 1 WHERE id = ?", arguments: [id]) }
        committed.withLock { _ = $0.damaged.insert(id) }
        try requireSoundness()
    }

    /// - Throws: `.damaged` where more than one trajectory in a hundred is.
    func requireSoundness() throws(ReplayError) {
        let (damaged, all) = committed.withLock { ($0.damaged.count, $0.totals.trajectories) }
        guard damaged <= max(Self.toleratedDamage, all / 100) else {
            throw ReplayError(
                .damaged,
                "\(damaged) of the \(all) trajectories in \(path) are damaged, so its disk may be failing: put back a copy "
                    + "of the replay, or move replay.sqlite and the .payloads files away to go on with new experience")
        }
    }

    /// Counts steps as inserted, and as gone, that were acknowledged once and of which the database knows nothing.
    ///
    /// - Parameter insertedSteps: that were ever stored, as others remember.
    /// - Returns: how many of them are lost; 0 where the database knows of all.
    func countLost(insertedSteps: Int) throws(ReplayError) -> Int {
        try appending.withLock { _ throws(ReplayError) in
            var totals = totals
            let lost = insertedSteps - totals.insertedSteps
            guard lost > 0 else { return 0 }
            totals.insertedSteps = insertedSteps
            totals.lostSteps += lost
            try write(totals)
            committed.withLock { [totals] in $0.totals = totals }
            return lost
        }
    }

    private func write(_ totals: StorageTotals) throws(ReplayError) {
        try access {
            try pool.write { database in
                try database.execute(sql: "UPDATE inserted SET steps = ?", arguments: [totals.insertedSteps])
                try database.execute(
                    sql: "INSERT OR REPLACE INTO meta VALUES ('lost', ?)", arguments: ["\(totals.lostSteps)"])
            }
        }
    }
}
