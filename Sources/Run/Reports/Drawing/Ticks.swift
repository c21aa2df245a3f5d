import Display
import Foundation

/// Places and labels on an axis.
enum Ticks {
    /// The smallest of 1, 2 and 5 times a power of ten that is at least `least`.
    static func niceStep(_ least: Double) -> Double {
        precondition(least > 0 && least.isFinite, "a step of \(least)")
        let power = pow(10, (log10(least)).rounded(.down))
        // A hair of tolerance: 0.2 must not become 0.5 because of its last bit.
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? 10 * power
    }

    /// Multiples of a nice step, about `count` of them, the first at or below the range and the last at or above it.
    static func around(_ range: ClosedRange<Double>, count: Int) -> [Double] {
        let (low, high) = (range.lowerBound, range.upperBound)
        guard low < high else {
            // A constant lies in the middle of an axis as long as itself.
            let margin = max(abs(low), 1) / 2
            return around(low - margin...low + margin, count: count)
        }
        let step = niceStep((high - low) / Double(count))
        let (first, last) = ((low / step + 1e-9).rounded(.down), (high / step - 1e-9).rounded(.up))
        return (Int(first)...Int(last)).map { Double($0) * step }
    }

    /// Powers of ten that lie in the range.
    static func decades(_ range: ClosedRange<Double>) -> [Double] {
        let (first, last) = (log10(range.lowerBound).rounded(.up), log10(range.upperBound).rounded(.down))
        return first <= last ? (Int(first)...Int(last)).map { pow(10, Double($0)) } : []
    }

    /// "−0.25", "20,000", "1e-05".
    static func label(_ value: Double) -> String {
        let isWhole = abs(value) < 1e15 && value == value.rounded()
        let text = isWhole ? NumberText.grouped(Int(value)) : shortest(value)
        return text.replacingOccurrences(of: "-", with: "−")
    }

    /// Without digits that come from multiplying a step.
    private static func shortest(_ value: Double) -> String {
        String(format: "%.6g", locale: Locale(identifier: "en_US_POSIX"), value)
    }
}
