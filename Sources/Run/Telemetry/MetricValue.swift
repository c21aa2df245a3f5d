/// One field of a line of metrics.
public enum MetricValue: Sendable, Equatable {
    case number(Double)
    case integer(Int)
    case text(String)
    case flag(Bool)
    case null
}

extension MetricValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(nilLiteral: ()) { self = .null }
}

extension MetricValue {
    /// As JSON. What JSON has no number for (infinite, not a number) is null, so that every line can be parsed.
    var json: String {
        switch self {
        case .number(let number): number.isFinite ? "\(number)" : "null"
        case .integer(let integer): "\(integer)"
        case .text(let text): text.quotedForJSON
        case .flag(let flag): flag ? "true" : "false"
        case .null: "null"
        }
    }
}

extension String {
    /// A JSON string without line breaks of its own.
    var quotedForJSON: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
