import Foundation

/// Numbers as people read them, the same in every locale.
package enum NumberText {
    /// "1,234,567".
    package static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }

    /// About three significant digits: "1,235", "12.3", "0.0123", "1.2e-05". A dash for what is no number.
    package static func short(_ number: Double) -> String {
        let magnitude = abs(number)
        switch magnitude {
        case _ where !number.isFinite: return "–"
        case 0: return "0"
        case 1e15...: return format("%.2e", number)
        case 100...: return grouped(Int(number.rounded()))
        case 10...: return format("%.1f", number)
        case 1...: return format("%.2f", number)
        case 1e-3...: return format("%.3g", number)
        default: return format("%.1e", number)
        }
    }

    /// "0:07", "12:34", "1:02:10", "3d 04:00:00". A dash for what is no time.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "–" }
        let total = Int(seconds.rounded())
        let (days, hours, minutes) = (total / 86400, total / 3600 % 24, total / 60 % 60)
        switch (days, hours) {
        case (0, 0): return "\(minutes):\(twoDigits(total % 60))"
        case (0, _): return "\(hours):\(twoDigits(minutes)):\(twoDigits(total % 60))"
        default: return "\(days)d \(twoDigits(hours)):\(twoDigits(minutes)):\(twoDigits(total % 60))"
        }
    }

    /// "12.3 %".
    package static func percent(_ fraction: Double) -> String { format("%.1f", 100 * fraction) + " %" }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func format(_ format: String, _ number: Double) -> String {
        String(format: format, locale: Locale(identifier: "en_US_POSIX"), number)
    }
}
