import Experience
import Foundation
import GRDB
import Replay

/// What a replay holds that no learner uses any more, read by its own means: what is verified must not verify itself.
struct StoredTrajectories {
    private let database: DatabaseQueue
    private let directory: String

    /// - Parameter path: of the database.
    init(database path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        database = try DatabaseQueue(path: path, configuration: configuration)
        directory = String(path.dropLast("/replay.sqlite".count))
    }

    /// Calls `body` for each trajectory, in the order in which they were stored.
    /// - Parameter body: gets what reads the payload, nil where that is lost.
    func forEach(_ body: (TrajectoryKey, () throws -> Data?) throws -> Void) throws {
        let sql = """
            SELECT actor, incarnation, sequence, trajectory.bytes, file, offset, payload.bytes
            FROM trajectory LEFT JOIN payload USING (id) ORDER BY id
            """
        let files = PayloadReader(directory: directory)
        try database.read { database in
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let key = TrajectoryKey(
                    actor: row[0], incarnation: UInt64(bitPattern: row[1]), sequence: UInt64(bitPattern: row[2]))
                try body(key) {
                    guard let file = row[4] as Int64? else { return row[6] }
                    return try files.read(file: file, offset: row[5], count: row[3])
                }
            }
        }
    }

    /// Returns how many of `absent` were stored once and have left: no more than have left at all.
    func countEvicted(of absent: [TrajectoryKey]) throws -> Int {
        try database.read { database in
            // The lowest id leaves first, and ids start at 1.
            let left = try Int.fetchOne(database, sql: "SELECT min(id) - 1 FROM trajectory") ?? 0
            return min(left, try absent.count { try Self.wasStored($0, database) })
        }
    }

    /// Whether the database remembers that this was stored once.
    private static func wasStored(_ key: TrajectoryKey, _ database: Database) throws -> Bool {
        let sql = "SELECT 1 FROM progress WHERE actor = ? AND incarnation = ? AND first <= ? AND through >= ?"
        let sequence = Int64(bitPattern: key.sequence)
        let found = try Int.fetchOne(
            database.cachedStatement(sql: sql),
            arguments: [key.actor, Int64(bitPattern: key.incarnation), sequence, sequence])
        return found != nil
    }
}

/// Reads payloads that lie in files beside the database.
private final class PayloadReader {
    private let directory: String
    private var open: (number: Int64, file: FileHandle)?

    init(directory: String) {
        self.directory = directory
    }

    /// Returns nil where the file is missing or ends before.
    func read(file number: Int64, offset: Int, count: Int) throws -> Data? {
        if open?.number != number {
            open = FileHandle(forReadingAtPath: "\(directory)/\(PayloadFile.name(number))").map { (number, $0) }
        }
        guard let file = open?.file else { return nil }
        try file.seek(toOffset: UInt64(offset))
        return try file.read(upToCount: count)
    }
}
