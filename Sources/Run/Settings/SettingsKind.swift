/// What a leaf accepts, as its Swift type says.
enum SettingsKind: Equatable, Sendable {
    case flag
    /// Whole numbers of one integer type. Keys in `_bytes` also take "512 MiB".
    case integer(ClosedRange<Int128>, bytes: Bool)
    /// Finite numbers up to a magnitude.
    case number(limit: Double)
    case text
    case choice([String])

    /// For messages and for the documentation: "a whole number".
    var name: String {
        switch self {
        case .flag: "true or false"
        case .integer(let range, bytes: false): range.lowerBound < 0 ? "a whole number" : "a whole number from 0"
        case .integer(_, bytes: true): "bytes"
        case .number: "a number"
        case .text: "text"
        case .choice(let names): names.joined(separator: ", ").replacingLastComma(with: " or")
        }
    }

    /// The value of one scalar as it was written, or nil if it is not of this kind. Being directed by the kind, it
    /// does not depend on how YAML would resolve the scalar, so that a text may look like a number.
    ///
    /// - Parameter quoted: whether the scalar stood in quotes and therefore is text.
    func parse(_ scalar: String, quoted: Bool) -> SettingsValue? {
        switch self {
        case .text:
            return !quoted && (scalar == "null" || scalar == "~") ? nil : .text(scalar)
        case .choice(let names):
            return names.contains(scalar) ? .text(scalar) : nil
        case _ where quoted:
            return nil
        case .flag:
            return scalar == "true" ? .flag(true) : scalar == "false" ? .flag(false) : nil
        case .number(let limit):
            return Double(scalar.withoutDigitGroups).flatMap { abs($0) <= limit ? .number($0) : nil }
        case .integer(let range, let bytes):
            guard let integer = bytes ? scalar.byteCount : scalar.wholeNumber, range.contains(integer) else {
                return nil
            }
            return .integer(integer)
        }
    }
}

extension String {
    fileprivate func replacingLastComma(with word: String) -> String {
        guard let comma = lastIndex(of: ",") else { return self }
        return self[..<comma] + word + self[index(after: comma)...]
    }

    /// "1_000_000" is a usual way to write large numbers in YAML.
    fileprivate var withoutDigitGroups: String {
        hasPrefix("_") || hasSuffix("_") ? self : String(filter { $0 != "_" })
    }

    /// A whole number, also written as "1e6".
    fileprivate var wholeNumber: Int128? {
        let digits = withoutDigitGroups
        if let integer = Int128(digits) { return integer }
        // Beyond 2^53 a floating-point number no longer names one integer.
        guard let number = Double(digits), abs(number) <= 0x1p53 else { return nil }
        return Int128(exactly: number)
    }

    /// Bytes, with an optional binary unit: "67108864", "64 MiB", "64MiB".
    fileprivate var byteCount: Int128? {
        let units: [(suffix: String, shift: Int128)] = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]
        guard let unit = units.first(where: { hasSuffix($0.suffix) }) else { return wholeNumber }
        let digits = dropLast(unit.suffix.count)
        let count = String(digits.last == " " ? digits.dropLast() : digits).wholeNumber
        return count.flatMap { count in
            let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << unit.shift)
            return overflow ? nil : bytes
        }
    }
}
