import GRDB

/// The SQLite that this program was linked with.
public enum StorageEngine {
    /// "3.40.1"; nil where it does not say.
    public static let version: String? = try? DatabaseQueue().read {
        try String.fetchOne($0, sql: "SELECT sqlite_version()")
    }

    /// For people, with what they must know about it.
    public static var description: String {
        guard let version else { return "SQLite of an unknown version" }
        return "SQLite \(version)" + (losesLog(version) ? "; \(advice)" : "")
    }

    private static let advice =
        "before 3.51.3 a second program that writes can cost it its log: look at a run that goes on with sqlite3 -readonly only"

    /// Whether that version may, in a rare race, start its log anew over pages that another connection has just put there.
    static func losesLog(_ version: String) -> Bool {
        let parts = version.split(separator: ".").map { Int($0) ?? 0 }
        return parts.lexicographicallyPrecedes([3, 51, 3])
    }
}
