import Experience
import Foundation
import GRDB
import NIOCore
import NIOFoundationEssentialsCompat
import Synchronization
import TrajectoryCodec

extension ReplayStore {
    /// Stores a batch in one transaction, and makes room for it by removing the oldest. Its large payloads are on disk
    /// before the transaction begins.
    ///
    /// - Parameter batch: trajectories of this replay's shape, which the caller has checked.
    /// - Returns: when all of it is on disk.
    /// - Throws: `ReplayError.storage`; then nothing of the batch is stored, and it may be tried again.
    public func append(_ batch: [IncomingTrajectory]) throws(ReplayError) -> CommitResult {
        try appending.withLock { _ throws(ReplayError) in
            var change = committed.withLock { Change(committed: $0, batch: batch) }
            let places = try files.write(batch.map { change.isLargeAndNew($0) ? $0.trajectory.payload : nil })
            try access {
                try pool.write { database in
                    for (incoming, place) in zip(batch, places) {
                        try change.insert(incoming, at: place, into: database)
                    }
                    try change.evict(from: database, steps: capacitySteps, bytes: capacityBytes)
                    try change.count(in: database)
                }
            }
            committed.withLock {
                $0.totals = change.totals
                $0.progress.merge(change.progress) { _, new in new }
                if !$0.damaged.isEmpty { $0.damaged.subtract(change.result.evicted) }
            }
            files.commit(change.placed)
            files.remove(change.evictedFromFiles)
            return change.result
        }
    }
}

/// One transaction under way: what will be true once it is committed.
private struct Change {
    var totals: StorageTotals
    /// Of those incarnations that the batch comes from.
    var progress: [ReplayStore.Incarnation: SequenceRanges] = [:]
    var result = CommitResult(outcomes: [], stored: [], evicted: [], evictedSteps: 0)
    /// Payloads that now have a place in a file.
    var placed: [(place: PayloadFiles.Place, bytes: Int)] = []
    /// The file of each payload in a file that has left.
    var evictedFromFiles: [Int64] = []

    init(committed: ReplayStore.Committed, batch: [IncomingTrajectory]) {
        totals = committed.totals
        for incoming in batch {
            let incarnation = incoming.key.owner
            progress[incarnation] = committed.progress[incarnation] ?? SequenceRanges()
        }
    }

    func isLargeAndNew(_ incoming: IncomingTrajectory) -> Bool {
        incoming.bytes >= PayloadFiles.smallestPayload
            && progress[incoming.key.owner]?.contains(incoming.key.sequence) != true
    }

    /// - Parameter place: where the payload is, if not in the database.
    mutating func insert(
        _ incoming: IncomingTrajectory, at place: PayloadFiles.Place?, into database: Database
    ) throws {
        let key = incoming.key
        guard !progress[key.owner, default: SequenceRanges()].contains(key.sequence) else {
            result.outcomes.append(.duplicate)
            return
        }
        let header = incoming.trajectory.header
        try insertLine(incoming, at: place, into: database)
        let id = database.lastInsertedRowID
        if let place {
            placed.append((place, incoming.bytes))
        } else {
            let payload = incoming.trajectory.payload
            try database.cachedStatement(sql: "INSERT INTO payload VALUES (?, ?)").execute(
                arguments: [id, payload.peekData(length: payload.readableBytes, byteTransferStrategy: .noCopy)])
        }
        try remember(key, in: database)
        totals.trajectories += 1
        totals.steps += header.steps
        totals.bytes += incoming.bytes
        totals.insertedTrajectories += 1
        totals.insertedSteps += header.steps
        let stream = StreamKey(
            actor: key.actor, incarnation: key.incarnation, environment: header.position.environment)
        result.outcomes.append(.stored(id: id))
        result.stored.append(
            TrajectoryRecord(
                id: id, stream: stream, firstStep: header.position.firstStep, steps: header.steps,
                bytes: incoming.bytes, staleness: incoming.staleness))
    }

    private func insertLine(
        _ incoming: IncomingTrajectory, at place: PayloadFiles.Place?, into database: Database
    ) throws {
        let (key, header) = (incoming.key, incoming.trajectory.header)
        let sql = """
            INSERT INTO trajectory (actor, incarnation, sequence, environment, first_step, steps, image_height,
                image_width, image_channels, action_count, blocks, checksum, bytes, file, offset, staleness)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try database.cachedStatement(sql: sql).execute(arguments: [
            key.actor, Int64(bitPattern: key.incarnation), Int64(bitPattern: key.sequence),
            header.position.environment, Int64(bitPattern: header.position.firstStep), header.steps,
            header.shape.image.height, header.shape.image.width, header.shape.image.channels, header.shape.actionCount,
            BlockSizes.text(header.blocks), Int64(header.checksum), incoming.bytes, place?.file, place?.offset,
            incoming.staleness,
        ])
    }

    /// Notes the sequence number as stored for ever.
    private mutating func remember(_ key: TrajectoryKey, in database: Database) throws {
        let change = progress[key.owner, default: SequenceRanges()].insert(key.sequence)
        let incarnation = Int64(bitPattern: key.incarnation)
        if let removed = change.removed {
            let sql = "DELETE FROM progress WHERE actor = ? AND incarnation = ? AND first = ?"
            try database.cachedStatement(sql: sql)
                .execute(arguments: [key.actor, incarnation, Int64(bitPattern: removed)])
        }
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?)").execute(arguments: [
            key.actor, incarnation, Int64(bitPattern: change.written.lowerBound),
            Int64(bitPattern: change.written.upperBound),
        ])
    }

    mutating func evict(from database: Database, steps capacity: Int, bytes limit: Int?) throws {
        guard totals.exceeds(capacity, limit) else { return }
        let sql = "SELECT id, steps, bytes, file FROM trajectory ORDER BY id"
        let oldest = try Row.fetchCursor(database.cachedStatement(sql: sql))
        while totals.exceeds(capacity, limit), let row = try oldest.next() {
            result.evicted.append(try row.checked(0))
            let steps: Int = try row.checked(1)
            totals.trajectories -= 1
            totals.steps -= steps
            result.evictedSteps += steps
            totals.bytes -= try row.checked(2)
            if let file: Int64 = try row.checkedOptional(3) { evictedFromFiles.append(file) }
        }
        guard let last = result.evicted.last else { return }
        try database.cachedStatement(sql: "DELETE FROM trajectory WHERE id <= ?").execute(arguments: [last])
        try database.cachedStatement(sql: "DELETE FROM payload WHERE id <= ?").execute(arguments: [last])
    }

    func count(in database: Database) throws {
        guard !result.stored.isEmpty else { return }
        try database.cachedStatement(sql: "UPDATE inserted SET trajectories = ?, steps = ?")
            .execute(arguments: [totals.insertedTrajectories, totals.insertedSteps])
    }
}

extension StorageTotals {
    fileprivate func exceeds(_ capacity: Int, _ limit: Int?) -> Bool {
        steps > capacity || bytes > limit ?? .max
    }
}

extension TrajectoryKey {
    var owner: ReplayStore.Incarnation { ReplayStore.Incarnation(actor: actor, number: incarnation) }
}
