/// A table of numbers that others have published, as a file of this module has it: lines of `# key: value` say where it
/// comes from, then follow the names of its columns and a row for each task.
struct PublishedTable: Sendable {
    struct Row: Sendable {
        /// Name of an environment; "mean", "median" or "superhuman" of all of them; or of an agent.
        let name: String
        /// In the order of the columns; nil where the source has none.
        let values: [Double?]
    }

    let title: String
    /// Its name and where it is to be found.
    let paper: String
    /// Which table of it.
    let table: String
    let date: String
    /// Episodes and seeds behind a number.
    let protocolText: String
    /// What was played.
    let setting: String
    let columns: [String]
    let rows: [Row]

    /// - Parameter text: one of this module's files: what is wrong with it traps.
    init(_ text: String) {
        var keys: [String: String] = [:]
        var lines = text.split(separator: "\n")[...]
        while let line = lines.first, line.hasPrefix("# "), let colon = line.firstIndex(of: ":") {
            keys[String(line[..<colon].dropFirst(2))] = String(line[line.index(colon, offsetBy: 2)...])
            lines.removeFirst()
        }
        func value(_ key: String) -> String {
            guard let value = keys[key] else {
                preconditionFailure("a published table has no \(key): \(text.prefix(80))")
            }
            return value
        }
        (title, paper, table) = (value("title"), value("paper"), value("table"))
        (date, protocolText, setting) = (value("date"), value("protocol"), value("setting"))
        let cells = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        columns = Array(cells.first?.dropFirst() ?? [])
        rows = cells.dropFirst().map { cells in
            Row(name: cells[0], values: cells.dropFirst().map(Double.init))
        }
        precondition(
            rows.allSatisfy { $0.values.count == columns.count }, "\(title): a row has not \(columns.count) numbers")
    }

    /// "Table 4 of MuDreamer: …, May 2024".
    var source: String { "\(table) of \(paper), \(date)" }

    /// The numbers of a row by the names of their columns; none where there is no such row.
    func numbers(_ row: String) -> [(name: String, value: Double)] {
        guard let row = rows.first(where: { $0.name == row }) else { return [] }
        return zip(columns, row.values).compactMap { name, value in value.map { (name, $0) } }
    }
}
