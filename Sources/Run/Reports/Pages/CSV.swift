/// Rows of cells as RFC 4180 describes them, with plain newlines.
enum CSV {
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(\.csvCell).joined(separator: ",") + "\n" }.joined()
    }
}

extension String {
    fileprivate var csvCell: String {
        let isPlain = !contains { $0 == "," || $0 == "\"" || $0.isNewline }
        return isPlain
            ? self : "\"" + split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
