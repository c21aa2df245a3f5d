import GRDB

/// The tables of `replay.sqlite`, described in `docs/storage.md`. A new version is a new migration at the end; one that
/// has been released never changes.
enum ReplaySchema {
    static let format = "swift-dreamer replay"
    static let version = 3

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: first) }
        migrator.registerMigration("2") { try $0.execute(sql: second) }
        migrator.registerMigration("3") { try $0.execute(sql: third) }
        return migrator
    }

    /// Payloads have a table of their own, so that the index loads without passing them.
    private static let first = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE trajectory (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            actor TEXT NOT NULL,
            incarnation INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            environment INTEGER NOT NULL,
            first_step INTEGER NOT NULL,
            steps INTEGER NOT NULL,
            image_height INTEGER NOT NULL,
            image_width INTEGER NOT NULL,
            image_channels INTEGER NOT NULL,
            action_count INTEGER NOT NULL,
            blocks TEXT NOT NULL,
            checksum INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            UNIQUE (actor, incarnation, sequence)
        ) STRICT;
        CREATE TABLE payload (
            id INTEGER PRIMARY KEY NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE progress (
            actor TEXT NOT NULL,
            incarnation INTEGER NOT NULL,
            first INTEGER NOT NULL,
            through INTEGER NOT NULL,
            PRIMARY KEY (actor, incarnation, first)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE inserted (
            trajectories INTEGER NOT NULL,
            steps INTEGER NOT NULL
        ) STRICT;
        INSERT INTO inserted VALUES (0, 0);
        INSERT INTO meta VALUES ('format', '\(format)'), ('schema', '1');
        """

    /// Large payloads lie in files beside the database, and how old a policy was is known without its payload.
    private static let second = """
        ALTER TABLE trajectory ADD COLUMN file INTEGER;
        ALTER TABLE trajectory ADD COLUMN offset INTEGER;
        ALTER TABLE trajectory ADD COLUMN staleness INTEGER;
        UPDATE meta SET value = '2' WHERE key = 'schema';
        """

    /// What is found to be damaged stays in its place, and is not sampled.
    private static let third = """
        ALTER TABLE trajectory ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;
        UPDATE meta SET value = '3' WHERE key = 'schema';
        """

    /// Brings the file to the newest version.
    ///
    /// - Throws: `ReplayError.format` where the file belongs to someone else or to a newer version of this program.
    static func prepare(_ pool: DatabasePool, path: String) throws {
        let problem: String? = try pool.read { database in
            if try migrator.hasBeenSuperseded(database) {
                let found = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = 'schema'") ?? "?"
                return "\(path) has schema \(found), this program knows up to \(version): use the newer program"
            }
            // A crash of the first start may leave the list of migrations alone.
            let others = "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'"
            let tables = try Int.fetchOne(database, sql: others) ?? 0
            guard tables > 0 else { return nil }
            let isReplay = try database.tableExists("meta") && database.tableExists("trajectory")
            return isReplay ? nil : "\(path) is a database, but not a replay"
        }
        if let problem { throw ReplayError(.format, problem) }
        try migrator.migrate(pool)
    }
}
