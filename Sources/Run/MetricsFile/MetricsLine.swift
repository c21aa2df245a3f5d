import Foundation

/// What thinning needs of a line, found without reading all of it: JSON of 256 MiB takes minutes.
struct MetricsLine {
    let kind: String
    /// Unix seconds; nil where there are none.
    let time: Double?

    init(_ line: ArraySlice<UInt8>) {
        kind = Self.text(after: #""kind":""#, in: line, upTo: [UInt8(ascii: "\"")])
        time = Double(Self.text(after: #""time":"#, in: line, upTo: [UInt8(ascii: ","), UInt8(ascii: "}")]))
    }

    /// Quotes within a text are escaped, so that only a key looks like one.
    private static func text(after key: String, in line: ArraySlice<UInt8>, upTo ends: [UInt8]) -> String {
        var key = key
        return line.withUnsafeBytes { line in
            key.withUTF8 { key in
                let starts = 0..<max(0, line.count - key.count)
                let start = starts.first { memcmp(line.baseAddress! + $0, key.baseAddress!, key.count) == 0 }
                guard let start else { return "" }
                return String(decoding: line[(start + key.count)...].prefix { !ends.contains($0) }, as: UTF8.self)
            }
        }
    }
}
