extension String {
    /// One line for a log or a terminal: what is not to be seen, as control characters and changes of direction, is
    /// written as `\u{1b}`, and what is longer than `maximum` bytes of UTF-8 is cut. Doing it twice changes nothing.
    package func printable(maximum: Int = 256) -> String {
        let isFine = utf8.count <= maximum && unicodeScalars.allSatisfy(\.isPrintable)
        return isFine ? self : escaped.cut(maximum)
    }

    private var escaped: String {
        unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.isPrintable {
                line.unicodeScalars.append(scalar)
            } else {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }

    private func cut(_ maximum: Int) -> String {
        guard utf8.count > maximum else { return self }
        let end = "…"
        var line = String.UnicodeScalarView()
        var room = maximum - end.utf8.count
        for scalar in unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            line.append(scalar)
        }
        return String(line) + end
    }
}

extension Unicode.Scalar {
    /// Whether it can be shown, and moves nothing else.
    package var isPrintable: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
