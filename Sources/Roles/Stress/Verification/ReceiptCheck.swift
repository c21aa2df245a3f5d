import ActorService

/// Says whether what actors were told is stored is what a replay holds.
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
}

extension ReceiptCheck {
    /// - Parameters:
    ///   - files: of receipts.
    ///   - database: path of a replay that no learner uses any more.
    public init(files: [String], database: String) throws {
        try self.init(files.flatMap { try ReceiptFile.read($0) }, database: database)
    }

    /// - Parameter database: path of a replay that no learner uses any more.
    init(_ receipts: [StoredReceipt], database: String) throws {
        var tally = ReceiptTally(receipts)
        let replay = try StoredTrajectories(database: database)
        try replay.forEach { key, payload in try tally.found(key, payload: payload()) }
        self = tally.result(evicted: try replay.countEvicted(of: tally.absent))
    }
}
