import Diagnostics
import Foundation

/// Lines for people on standard output and standard error.
enum Output {
    // Whoever read the output may be gone, a parent that was killed for instance: that is no reason to die before the
    // work is saved, so failures to write are ignored.

    static func line(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Comes after what was logged before. It may hold what a peer sent or a file says: nothing of it steers a terminal.
    static func error(_ text: String) {
        LogOutput.flush()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let shown = lines.map { String($0).printable(maximum: .max) + "\n" }.joined()
        try? FileHandle.standardError.write(contentsOf: Data(shown.utf8))
    }

    static func trimmed(_ text: String) -> String { String(text.reversed().drop { $0 == " " }.reversed()) }

    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// `value` as JSON with sorted keys, on one line or readable.
    static func json(_ value: some Encodable, readable: Bool = false) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = readable ? [.sortedKeys, .prettyPrinted] : [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
