import Experience
import Foundation
import GRDB
import NIOCore
import Synchronization
import TrajectoryCodec

extension ReplayStore {
    public var totals: StorageTotals { committed.withLock { $0.totals } }

    /// The highest sequence number up to which everything of this incarnation is, or was, stored; 0 for none.
    public func storedThrough(actor: String, incarnation: UInt64) -> UInt64 {
        committed.withLock { $0.progress[Incarnation(actor: actor, number: incarnation)]?.storedThrough ?? 0 }
    }

    /// Calls `body` for each stored trajectory, oldest first.
    public func forEachRecord(_ body: (TrajectoryRecord) -> Void) throws(ReplayError) {
        let sql = """
            SELECT id, actor, incarnation, environment, first_step, steps, bytes, staleness FROM trajectory ORDER BY id
            """
        try access {
            try pool.read { database in
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() { body(TrajectoryRecord(row)) }
            }
        }
    }

    /// The trajectories with these ids, with their checksums verified; nil for each that has left the replay.
    ///
    /// - Throws: `ReplayError.storage` or `.damaged`.
    public func trajectories(_ ids: [Int64]) throws(ReplayError) -> [EncodedTrajectory?] {
        let sql = """
            SELECT environment, first_step, steps, image_height, image_width, image_channels, action_count, blocks,
                checksum, trajectory.bytes, file, offset, payload.bytes
            FROM trajectory LEFT JOIN payload USING (id) WHERE id = ?
            """
        return try access {
            try pool.read { database in
                let statement = try database.cachedStatement(sql: sql)
                return try ids.map { id in
                    guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
                    let header = try TrajectoryHeader(row, id: id, vectorCount: shape.vectorCount)
                    guard let payload = try payload(row) else { return nil }
                    do {
                        let trajectory = try EncodedTrajectory(checking: header, payload: payload)
                        try trajectory.verifyChecksum()
                        return trajectory
                    } catch {
                        throw ReplayError(.damaged, "trajectory \(id) is damaged: \(error)")
                    }
                }
            }
        }
    }

    /// From the database or the file that it names; nil where it has left that since.
    private func payload(_ row: Row) throws -> ByteBuffer? {
        if let file = row[10] as Int64? {
            return try files.read(row[9], at: PayloadFiles.Place(file: file, offset: row[11]))
        }
        return try row.withUnsafeData(atIndex: 12) { data in
            var payload = ByteBuffer.exact(capacity: data?.count ?? 0)
            if let data { payload.writeBytes(data) }
            return payload
        }
    }

    /// What earlier processes have committed.
    func loadCommitted() throws(ReplayError) {
        let found = try access { try pool.read { try Committed($0) } }
        committed.withLock { $0 = found }
    }

    /// Direct access to the writing connection, for tests that provoke SQLite's errors.
    package func withWriter<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try pool.writeWithoutTransaction(body)
    }
}

extension ReplayStore.Committed {
    fileprivate init(_ database: Database) throws {
        let sums = "SELECT count(*), coalesce(sum(steps), 0), coalesce(sum(bytes), 0) FROM trajectory"
        if let row = try Row.fetchOne(database, sql: sums) {
            totals.trajectories = row[0]
            totals.steps = row[1]
            totals.bytes = row[2]
        }
        if let row = try Row.fetchOne(database, sql: "SELECT trajectories, steps FROM inserted") {
            totals.insertedTrajectories = row[0]
            totals.insertedSteps = row[1]
        }
        var found: [ReplayStore.Incarnation: [ClosedRange<UInt64>]] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT actor, incarnation, first, through FROM progress")
        while let row = try rows.next() {
            let incarnation = ReplayStore.Incarnation(actor: row[0], number: UInt64(bitPattern: row[1]))
            found[incarnation, default: []].append(UInt64(bitPattern: row[2])...UInt64(bitPattern: row[3]))
        }
        progress = found.mapValues { SequenceRanges($0) }
    }
}

extension TrajectoryRecord {
    fileprivate init(_ row: Row) {
        id = row[0]
        stream = StreamKey(actor: row[1], incarnation: UInt64(bitPattern: row[2]), environment: row[3])
        firstStep = UInt64(bitPattern: row[4])
        steps = row[5]
        bytes = row[6]
        staleness = row[7]
    }
}

extension TrajectoryHeader {
    /// - Parameter vectorCount: that of the whole replay.
    fileprivate init(_ row: Row, id: Int64, vectorCount: Int) throws {
        guard let blocks = BlockSizes.parse(row[7]), let checksum = UInt32(exactly: row[8] as Int64) else {
            throw ReplayError(.damaged, "trajectory \(id) is damaged: its block sizes or checksum are not numbers")
        }
        self.init(
            position: StreamPosition(environment: row[0], firstStep: UInt64(bitPattern: row[1])),
            shape: StepShape(
                image: ImageShape(height: row[3], width: row[4], channels: row[5]), vectorCount: vectorCount,
                actionCount: row[6]),
            steps: row[2], blocks: blocks, checksum: checksum)
    }
}

/// Block sizes as they stand in the table: `[812,3021,2876]`, which SQLite's JSON functions understand.
enum BlockSizes {
    static func text(_ sizes: [Int]) -> String {
        "[" + sizes.map(String.init).joined(separator: ",") + "]"
    }

    static func parse(_ text: String) -> [Int]? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        var sizes: [Int] = []
        for part in text.dropFirst().dropLast().split(separator: ",") {
            guard let size = Int(part) else { return nil }
            sizes.append(size)
        }
        return sizes
    }
}
