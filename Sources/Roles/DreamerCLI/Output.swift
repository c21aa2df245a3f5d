import Foundation

/// Lines for people on standard output and standard error.
enum Output {
    // Whoever read the output may be gone, a parent that was killed for instance: that is no reason to die before the
    // work is saved, so failures to write are ignored.

    static func line(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Comes after what was logged before.
    static func error(_ text: String) {
        LogOutput.flush()
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }

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
