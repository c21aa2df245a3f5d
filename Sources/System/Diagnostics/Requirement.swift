/// The rules that leaves must keep, each a throwing check whose message is "path must be …, got value".
package enum Requirement {
    package static func positive<T: Comparable & Numeric>(_ path: String, _ value: T) throws(UserError) {
        try check(value > 0, "\(path) must be positive, got \(text(value))")
    }

    package static func notNegative<T: Comparable & Numeric>(_ path: String, _ value: T) throws(UserError) {
        try check(value >= 0, "\(path) must not be negative, got \(text(value))")
    }

    package static func within<T: Comparable>(_ path: String, _ value: T, _ range: ClosedRange<T>) throws(UserError) {
        try check(
            range.contains(value),
            "\(path) must be between \(text(range.lowerBound)) and \(text(range.upperBound)), "
                + "got \(text(value))")
    }

    /// Whole numbers without ".0", as people write them.
    private static func text<T>(_ value: T) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    package static func check(_ holds: Bool, _ message: @autoclosure () -> String) throws(UserError) {
        guard holds else { throw UserError(message()) }
    }
}
