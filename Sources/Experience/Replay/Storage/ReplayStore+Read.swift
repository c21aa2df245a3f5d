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

    /// The newest trajectory; nil where there is none.
    func newestKey() throws(ReplayError) -> TrajectoryKey? {
        let sql = "SELECT actor, incarnation, sequence FROM trajectory ORDER BY id DESC LIMIT 1"
        return try access {
            try pool.read { database in
                try Row.fetchOne(database, sql: sql).map {
                    try TrajectoryKey(
                        actor: $0.checked(0), incarnation: $0.checkedUnsigned(1), sequence: $0.checkedUnsigned(2))
                }
            }
        }
    }

    /// Trajectories in the database that are known to be damaged.
    public var damaged: Int { committed.withLock { $0.damaged.count } }

    /// Calls `body` for each stored trajectory that is not damaged, oldest first.
    public func forEachRecord(_ body: (TrajectoryRecord) -> Void) throws(ReplayError) {
        let sql = """
            SELECT id, actor, incarnation, environment, first_step, steps, bytes, staleness FROM trajectory
            WHERE NOT damaged ORDER BY id
            """
        try access {
            try pool.read { database in
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() { body(try TrajectoryRecord(row)) }
            }
        }
    }

    /// The trajectories with these ids, each as `trajectory` returns it.
    public func trajectories(_ ids: [Int64]) throws(ReplayError) -> [EncodedTrajectory?] {
        var found: [EncodedTrajectory?] = []
        for id in ids { found.append(try trajectory(id)) }
        return found
    }

    /// The trajectory with this id, known to be what was stored and to decompress; nil where it has left the replay.
    ///
    /// - Throws: `.storage`, `.damaged` for this one, or `.incomplete`.
    func trajectory(_ id: Int64) throws(ReplayError) -> EncodedTrajectory? {
        let sql = """
            SELECT environment, first_step, steps, image_height, image_width, image_channels, action_count, blocks,
                checksum, trajectory.bytes, file, offset, payload.bytes
            FROM trajectory LEFT JOIN payload USING (id) WHERE id = ? AND NOT damaged
            """
        return try access {
            try pool.read { database in
                guard let row = try Row.fetchOne(database.cachedStatement(sql: sql), arguments: [id]) else {
                    return nil
                }
                return try trajectory(id, row)
            }
        }
    }

    private func trajectory(_ id: Int64, _ row: Row) throws -> EncodedTrajectory? {
        do {
            let header = try TrajectoryHeader(row, vectorCount: shape.vectorCount)
            guard header.shape == shape else {
                throw TrajectoryCodecError.layout("it has another shape than the replay")
            }
            // Its size is known to be right before memory is taken for it.
            try header.validate(.standard, payloadBytes: row.checked(9))
            guard let payload = try payload(row, bytes: row.checked(9)) else { return nil }
            let trajectory = try EncodedTrajectory(checking: header, payload: payload)
            try trajectory.verifyChecksum()
            // A right checksum says nothing about what an earlier release let in.
            try trajectory.verifyBlocks()
            return trajectory
        } catch let error as TrajectoryCodecError {
            throw ReplayError(.damaged, "trajectory \(id) is damaged: \(error)")
        }
    }

    /// From the database or the file that it names; nil where it has left that since.
    private func payload(_ row: Row, bytes: Int) throws(ReplayError) -> ByteBuffer? {
        if let file: Int64 = try row.checkedOptional(10) {
            let offset = try row.checked(11, in: 0...Int.max - bytes)
            return try files.read(bytes, at: PayloadFiles.Place(file: file, offset: offset))
        }
        guard case .blob(let data) = (row[12] as DatabaseValue).storage else { return ByteBuffer() }
        var payload = ByteBuffer.exact(capacity: data.count)
        payload.writeBytes(data)
        return payload
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
    /// Far beyond any run; keeps sums from overflowing.
    private static let numbers = 0...1 << 60

    fileprivate init(_ database: Database) throws {
        let sums = "SELECT count(*), coalesce(sum(steps), 0), coalesce(sum(bytes), 0) FROM trajectory"
        if let row = try Row.fetchOne(database, sql: sums) {
            totals.trajectories = try row.checked(0, in: Self.numbers)
            totals.steps = try row.checked(1, in: Self.numbers)
            totals.bytes = try row.checked(2, in: Self.numbers)
        }
        if let row = try Row.fetchOne(database, sql: "SELECT trajectories, steps FROM inserted") {
            totals.insertedTrajectories = try row.checked(0, in: Self.numbers)
            totals.insertedSteps = try row.checked(1, in: Self.numbers)
        }
        let lost = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'lost'")
        totals.lostSteps = lost.flatMap { Int($0) } ?? 0
        damaged = try Int64.fetchSet(database, sql: "SELECT id FROM trajectory WHERE damaged")
        var found: [ReplayStore.Incarnation: [ClosedRange<UInt64>]] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT actor, incarnation, first, through FROM progress")
        while let row = try rows.next() {
            let incarnation = ReplayStore.Incarnation(
                actor: try row.checked(0), number: try row.checkedUnsigned(1))
            let first: Int64 = try row.checked(2, in: 1...Int64.max - 1)
            let through: Int64 = try row.checked(3, in: first...Int64.max - 1)
            found[incarnation, default: []].append(UInt64(first)...UInt64(through))
        }
        progress = found.mapValues { SequenceRanges($0) }
    }
}

extension TrajectoryRecord {
    fileprivate init(_ row: Row) throws(ReplayError) {
        id = try row.checked(0)
        stream = StreamKey(
            actor: try row.checked(1), incarnation: try row.checkedUnsigned(2), environment: try row.checked(3))
        firstStep = UInt64(try row.checked(4, in: 0...1 << 60) as Int)
        steps = try row.checked(5, in: 1...TrajectoryLimits.standard.steps)
        bytes = try row.checked(6, in: 1...1 << 40)
        staleness = try row.checkedOptional(7)
    }
}

extension TrajectoryHeader {
    /// - Parameter vectorCount: that of the whole replay.
    fileprivate init(_ row: Row, vectorCount: Int) throws {
        guard let blocks = BlockSizes.parse(try row.checked(7)),
            let checksum = UInt32(exactly: try row.checked(8) as Int64)
        else { throw TrajectoryCodecError.layout("its block sizes or checksum are no numbers") }
        let image = ImageShape(height: try row.checked(3), width: try row.checked(4), channels: try row.checked(5))
        self.init(
            position: StreamPosition(environment: try row.checked(0), firstStep: try row.checkedUnsigned(1)),
            shape: StepShape(image: image, vectorCount: vectorCount, actionCount: try row.checked(6)),
            steps: try row.checked(2), blocks: blocks, checksum: checksum)
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
