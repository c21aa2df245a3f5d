import Experience
import Files
import Foundation
import GRDB
import Synchronization

/// The replay on disk: an SQLite database, `replay.sqlite`, and files of large payloads beside it. What `append` has
/// returned survives `kill -9` and power loss.
///
/// Opening it locks the directory for this process. Reading is possible from any thread at any time; one `append`
/// runs at a time.
public final class ReplayStore: Sendable {
    public let path: String
    public let shape: StepShape
    let capacitySteps: Int
    let capacityBytes: Int?
    let pool: DatabasePool
    let files: PayloadFiles
    /// What is committed.
    let committed = Mutex(Committed())
    /// Held during `append`, whose first part reads what its last part writes.
    let appending = Mutex(())
    private let lock: DirectoryLock
    private let isClosed = Atomic(false)

    struct Committed: Sendable {
        var totals = StorageTotals()
        /// Ids of trajectories that cannot be read any more.
        var damaged: Set<Int64> = []
        var progress: [Incarnation: SequenceRanges] = [:]
    }

    struct Incarnation: Hashable, Sendable {
        var actor: String
        var number: UInt64
    }

    /// Opens the replay in `directory`, or creates both.
    ///
    /// - Parameter payloadFileBytes: a file of large payloads that has reached this size gets no more.
    /// - Throws: `ReplayError`: `.directory`, `.inUse`, `.format`, `.shape` where it holds trajectories of another shape,
    ///   or `.storage`.
    public init(
        directory: String, shape: StepShape, capacitySteps: Int, capacityBytes: Int? = nil,
        payloadFileBytes: Int = 256 << 20
    ) throws(ReplayError) {
        self.shape = shape
        self.capacitySteps = capacitySteps
        self.capacityBytes = capacityBytes
        path = directory + "/replay.sqlite"
        try Self.create(directory)
        lock = try DirectoryLock.replay(in: directory)
        do {
            pool = try DatabasePool(path: path, configuration: Self.connection)
            try ReplaySchema.prepare(pool, path: path)
            try Self.makeDurable(pool)
            files = try PayloadFiles(
                directory: directory, uses: try pool.read(Self.fileUses), fileBytes: payloadFileBytes)
        } catch {
            throw Self.openingError(error, path: path)
        }
        try claimShape()
        try loadCommitted()
        try requireSoundness()
    }

    private static func create(_ directory: String) throws(ReplayError) {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw ReplayError(.directory, "cannot create \(directory): \((error as NSError).localizedDescription)")
        }
    }

    private static var connection: Configuration {
        var configuration = Configuration()
        configuration.label = "replay"
        // A user who looks with sqlite3 must not make a commit fail.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Large pages keep the chain of a payload short. Only a new file takes them up.
            try database.execute(sql: "PRAGMA page_size = 16384")
            // One checkpoint in about 64 MiB: what is written once to the log is written again to the file.
            try database.execute(sql: "PRAGMA wal_autocheckpoint = 4096")
            try database.execute(sql: "PRAGMA journal_size_limit = 134217728")
        }
        return configuration
    }

    /// From here on a commit is on disk when it returns, and so is all that was found: also what a process wrote that was
    /// killed before it flushed, and what opening has written, since the pool sets NORMAL. A flush that fails makes the system
    /// forget what it was to write, so nothing may lie unflushed in the log before a commit that will be acknowledged.
    private static func makeDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        // SQLite flushes its log, all of it, with a commit that changes something.
        let sql = "INSERT INTO meta VALUES ('openings', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
        try pool.write { try $0.execute(sql: sql) }
    }

    private static func openingError(_ error: any Error, path: String) -> ReplayError {
        if let error = error as? ReplayError { return error }
        guard let error = error as? DatabaseError else { return ReplayError(.storage, "cannot open \(path): \(error)") }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        return switch error.resultCode {
        case .SQLITE_NOTADB: ReplayError(.format, "\(path) is not an SQLite database")
        case .SQLITE_CORRUPT: ReplayError(.damaged, "\(path) is damaged: \(reason)")
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY:
            ReplayError(.directory, "cannot open \(path) for writing: \(reason)")
        default: ReplayError(.storage, "cannot open \(path): \(reason)")
        }
    }

    private static func fileUses(_ database: Database) throws -> [PayloadFiles.Use] {
        let sql = """
            SELECT file, count(*), max(offset + bytes) FROM trajectory WHERE file IS NOT NULL GROUP BY file
            """
        return try Row.fetchAll(database, sql: sql).map {
            PayloadFiles.Use(
                file: try $0.checked(0), payloads: try $0.checked(1), end: try $0.checked(2, in: 0...1 << 60))
        }
    }

    /// The first run writes its shape down, later ones must agree.
    private func claimShape() throws(ReplayError) {
        let image = shape.image
        // Replays from before there were vectors say nothing of them.
        let vector = shape.vectorCount == 0 ? "" : ", \(shape.vectorCount)"
        let mine = "\(image.height)x\(image.width)x\(image.channels)\(vector), \(shape.actionCount)"
        let found = try access {
            try pool.write { database in
                try database.execute(sql: "INSERT OR IGNORE INTO meta VALUES ('shape', ?)", arguments: [mine])
                return try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'shape'")
            }
        }
        guard found == mine else {
            throw ReplayError(
                .shape, "\(path) holds observations and actions of shape \(found ?? "?"), this run has \(mine)")
        }
    }

    /// Closes the database and frees the directory for another process. What is asked afterwards throws `.storage`.
    ///
    /// All of it lies in the database then and nothing in its log, of which a single wrong bit costs all that follows. Who
    /// looks with another connection meanwhile may keep a part there.
    public func close() throws(ReplayError) {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        defer { lock.release() }
        try access {
            // It is on disk, in one place or the other.
            try? pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    /// Runs a database access; SQLite's errors become the module's.
    func access<Result>(_ body: () throws -> Result) throws(ReplayError) -> Result {
        do {
            return try body()
        } catch let error as ReplayError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw ReplayError(.damaged, "\(path) is damaged: \(error.message ?? "its pages contradict each other")")
        } catch let error as DatabaseError {
            throw ReplayError(.storage, "\(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)")")
        } catch {
            throw ReplayError(.storage, "\(path): \(error)")
        }
    }
}
