import Experience
import Foundation
import GRDB
import TrajectoryCodec

/// Compares what actors were told is stored with what the database holds.
public struct ReceiptCheck: Sendable, Equatable, Codable {
    /// Trajectories that actors have receipts for.
    public var acknowledged = 0
    /// Trajectories in the database.
    public var stored = 0
    /// Receipts of a trajectory that had one already.
    public var acknowledgedTwice = 0
    /// Acknowledged, but not in the database.
    public var missing = 0
    /// In the database more than once.
    public var storedTwice = 0
    /// In the database with other bytes than were sent: another length or checksum.
    public var changed = 0
    /// In the database without a receipt: sent, but not acknowledged any more when the test ended. No error.
    public var unacknowledged = 0

    public var isPassed: Bool { acknowledgedTwice == 0 && missing == 0 && storedTwice == 0 && changed == 0 }

    /// - Parameter database: path of a replay that no learner uses any more.
    init(_ receipts: [StoredReceipt], database path: String) throws {
        var open: [TrajectoryKey: (checksum: UInt32, bytes: Int, found: Int)] = [:]
        for receipt in receipts {
            let known = open.updateValue((receipt.checksum, receipt.bytes, 0), forKey: receipt.key)
            if known != nil { acknowledgedTwice += 1 }
        }
        acknowledged = open.count
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.read { database in
            let sql = """
                SELECT actor, incarnation, sequence, payload.bytes FROM trajectory LEFT JOIN payload USING (id)
                """
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
                let isSame = try row.withUnsafeData(atIndex: 3) { data in
                    data.map { data in
                        data.withUnsafeBytes { bytes in
                            bytes.count == receipt.bytes && CRC32C.checksum(of: bytes) == receipt.checksum
                        }
                    } ?? false
                }
                if !isSame { changed += 1 }
            }
        }
        missing = open.values.count { $0.found == 0 }
        storedTwice = open.values.count { $0.found > 1 }
    }
}
