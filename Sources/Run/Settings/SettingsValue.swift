/// The value of one leaf of a configuration.
enum SettingsValue: Equatable, Sendable {
    case null
    case flag(Bool)
    /// Wide enough for `UInt64` and `Int64` alike.
    case integer(Int128)
    case number(Double)
    case text(String)
}

extension SettingsValue {
    /// As YAML that reads back as the same value, whatever the reader's schema.
    var yaml: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let integer): "\(integer)"
        case .number(let number): number.yaml
        case .text(let text): text.isPlainInYAML ? text : text.quotedForYAML
        }
    }
}

extension SettingsValue {
    /// As `--set` takes it: no quotes, and whole numbers without a point.
    var argument: String {
        switch self {
        case .text(let text): text
        case .number where yaml.hasSuffix(".0"): String(yaml.dropLast(2))
        default: yaml
        }
    }
}

extension Double {
    /// The shortest decimal; always with a point, without which YAML 1.1 readers take "1e-05" for text.
    fileprivate var yaml: String {
        let digits = "\(self)"
        guard let exponent = digits.firstIndex(of: "e"), !digits.contains(".") else { return digits }
        return digits[..<exponent] + ".0" + digits[exponent...]
    }
}

extension String {
    /// Words that a YAML reader would take for something other than text.
    private static let reservedInYAML: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

    /// Whether the text needs no quotes: a word of letters, digits and a few harmless signs that starts with a letter.
    fileprivate var isPlainInYAML: Bool {
        func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
        let harmless = allSatisfy { isLetter($0) || ($0.isASCII && $0.isNumber) || "_-/.".contains($0) }
        return first.map(isLetter) == true && harmless && !Self.reservedInYAML.contains(lowercased())
    }

    /// Double quotes with the escapes that YAML shares with JSON.
    fileprivate var quotedForYAML: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                let hex = String(scalar.value, radix: 16)
                quoted += "\\x" + String(repeating: "0", count: 2 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
