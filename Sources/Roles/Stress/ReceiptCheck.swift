import Experience
import Foundation
import GRDB
import Replay
import TrajectoryCodec

/// Compares what actors were told is stored with what the database holds.
public struct ReceiptCheck: Sendable, Equatable, Codable {
    /// Trajectories that actors have receipts for.
    public var acknowledged = 0
    /// Trajectories in the database.
    public var stored = 0
    /// Receipts of a trajectory that had one already.
    public var acknowledgedTwice = 0
    /// Acknowledged, stored, and not in the database any more, as newer ones needed the room. No error.
    public var evicted = 0
    /// Acknowledged, but not in the database, nor known to have been there.
    public var missing = 0
    /// In the database more than once.
    public var storedTwice = 0
    /// In the database with other bytes than were sent: another length or checksum.
    public var changed = 0
    /// In the database without a receipt: sent, but not acknowledged any more when the test ended. No error.
    public var unacknowledged = 0

    public var isPassed: Bool { acknowledgedTwice == 0 && missing == 0 && storedTwice == 0 && changed == 0 }

    /// - Parameters:
    ///   - files: of receipts.
    ///   - database: path of a replay that no learner uses any more.
    public init(files: [String], database: String) throws {
        try self.init(files.flatMap { try ReceiptFile.read($0) }, database: database)
    }

    /// - Parameter database: path of a replay that no learner uses any more.
    init(_ receipts: [StoredReceipt], database path: String) throws {
        var open: [TrajectoryKey: Sent] = [:]
        for receipt in receipts {
            let sent = Sent(checksum: receipt.checksum, bytes: receipt.bytes)
            let known = open.updateValue(sent, forKey: receipt.key)
            if known != nil { acknowledgedTwice += 1 }
        }
        acknowledged = open.count
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.read { database in
            let sql = """
                SELECT actor, incarnation, sequence, trajectory.bytes, file, offset, payload.bytes
                FROM trajectory LEFT JOIN payload USING (id) ORDER BY id
                """
            var reader = PayloadReader(directory: String(path.dropLast("/replay.sqlite".count)))
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                stored += 1
                let key = TrajectoryKey(
                    actor: row[0], incarnation: UInt64(bitPattern: row[1]), sequence: UInt64(bitPattern: row[2]))
                guard let receipt = open[key] else {
                    unacknowledged += 1
                    continue
                }
                open[key]?.found += 1
                let isSame =
                    if let file = row[4] as Int64? {
                        receipt.fits(try reader.read(file: file, offset: row[5], count: row[3]))
                    } else {
                        try row.withUnsafeData(atIndex: 6) { receipt.fits($0) }
                    }
                if !isSame { changed += 1 }
            }
        }
        let absent = open.filter { $0.value.found == 0 }.map(\.key)
        evicted = try database.read { database in
            // The lowest id leaves first, and ids start at 1.
            let left = try Int.fetchOne(database, sql: "SELECT min(id) - 1 FROM trajectory") ?? 0
            return min(left, try absent.count { try Self.wasStored($0, database) })
        }
        missing = absent.count - evicted
        storedTwice = open.values.count { $0.found > 1 }
    }
}

extension ReceiptCheck {
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

/// What an actor has sent, and how often it was found.
private struct Sent {
    var checksum: UInt32
    var bytes: Int
    var found = 0

    /// Whether this payload is what was sent; none is not.
    func fits(_ payload: Data?) -> Bool {
        guard let payload, payload.count == bytes else { return false }
        return payload.withUnsafeBytes { CRC32C.checksum(of: $0) } == checksum
    }
}

/// Reads payloads that lie in files beside the database, by itself: what it verifies must not verify itself.
private struct PayloadReader {
    let directory: String
    private var open: (number: Int64, file: FileHandle)?

    init(directory: String) {
        self.directory = directory
    }

    /// Nil where the file is missing or ends before.
    mutating func read(file number: Int64, offset: Int, count: Int) throws -> Data? {
        if open?.number != number {
            open = FileHandle(forReadingAtPath: "\(directory)/\(PayloadFile.name(number))").map { (number, $0) }
        }
        guard let file = open?.file else { return nil }
        try file.seek(toOffset: UInt64(offset))
        return try file.read(upToCount: count)
    }
}
