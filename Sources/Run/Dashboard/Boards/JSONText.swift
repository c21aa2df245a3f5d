/// JSON, written piece by piece: for a thousand actors a second, where `JSONEncoder` would take a visible share of a core.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    /// Whether the next value in the innermost array or object is its first.
    private var isFirst = true

    // MARK: Structure

    mutating func object(_ content: (inout JSONText) -> Void) { enclose("{", "}", content) }
    mutating func array(_ content: (inout JSONText) -> Void) { enclose("[", "]", content) }

    private mutating func enclose(_ open: Character, _ close: Character, _ content: (inout JSONText) -> Void) {
        separate()
        bytes.append(open.asciiValue ?? 0)
        isFirst = true
        content(&self)
        bytes.append(close.asciiValue ?? 0)
        isFirst = false
    }

    /// What is written next belongs to this key.
    mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        isFirst = true
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
    }

    // MARK: Values

    mutating func null() {
        separate()
        bytes += "null".utf8
    }

    mutating func bool(_ value: Bool) {
        separate()
        bytes += (value ? "true" : "false").utf8
    }

    mutating func number(_ value: Int) {
        separate()
        bytes += value.description.utf8
    }

    /// To about seven digits, which is more than a screen shows, but times to the fraction of a second; null where JSON has
    /// no number.
    mutating func number(_ value: Double?) {
        guard let value, value.isFinite else { return null() }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return number(whole) }
        separate()
        bytes += (abs(value) < 1e6 ? Float(value).description : value.description).utf8
    }

    mutating func string(_ value: String?) {
        guard let value else { return null() }
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 { escape(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        default: bytes.append(byte)
        }
    }

    /// What was written elsewhere.
    mutating func raw(_ other: JSONText) {
        separate()
        bytes += other.bytes
    }

    // MARK: Members of an object

    mutating func member(_ name: String, _ value: Int) {
        key(name)
        number(value)
    }

    mutating func member(_ name: String, _ value: Double?) {
        key(name)
        number(value)
    }

    mutating func member(_ name: String, _ value: String?) {
        key(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }
}
