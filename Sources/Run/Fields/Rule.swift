/// Which values a field may have, and the words that say so.
public struct Rule<Value>: Sendable {
    /// What follows the key in a message: "must be positive".
    let demand: String
    let holds: @Sendable (Value) -> Bool
    /// Whether every value of the type is allowed.
    private(set) var isOpen = false

    /// A rule of one field only.
    ///
    /// - Parameter demand: "must be odd and positive".
    public init(_ demand: String, _ holds: @escaping @Sendable (Value) -> Bool) {
        (self.demand, self.holds) = (demand, holds)
    }

    /// Allows every value of the type.
    public static var any: Rule {
        var rule = Rule("may be anything") { _ in true }
        rule.isOpen = true
        return rule
    }
}

extension Rule where Value: Comparable & Sendable {
    public static func within(_ range: ClosedRange<Value>) -> Rule {
        Rule("must be between \(written(range.lowerBound)) and \(written(range.upperBound))") { range.contains($0) }
    }
}

extension Rule where Value: Comparable & Numeric & Sendable {
    public static var positive: Rule { Rule("must be positive") { $0 > 0 } }
    public static var notNegative: Rule { Rule("must not be negative") { $0 >= 0 } }
}

extension Rule where Value: BinaryFloatingPoint & Sendable {
    /// A probability, a share or a decay.
    public static var share: Rule { .within(0...1) }
}

extension Rule {
    /// Why `value` is refused at `path`, in one line; nil where it is not.
    func objection(to value: Value, at path: String) -> String? {
        if holds(value) { return nil }
        let text = written(value)
        return "\(path) \(demand)" + (text.isEmpty ? "" : ", got \(text)")
    }
}

/// A value as people write it: whole numbers without ".0".
private func written<Value>(_ value: Value) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
