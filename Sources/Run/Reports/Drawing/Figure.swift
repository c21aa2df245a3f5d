/// Plots with a title and one legend, as an SVG document.
struct Figure: Sendable {
    /// Without the ending.
    var fileName: String
    var title: String
    /// How the curves came about.
    var caption: String
    /// Curves by the index of their colours.
    var legend: [String]
    var plots: [Plot]
    var columns = 1
    /// Height of each plot's rectangle.
    var plotHeight = 300.0

    static let width = 800.0
    private static let (left, right, top, gap) = (64.0, 24.0, 84.0, 72.0)
    private static let legendLine = 20.0
    /// Letters, which cannot be measured here, that fit a line.
    private static let legendWidth = 100

    /// For a page, which has the theme itself; or with the theme, to stand alone.
    func svg(standsAlone: Bool) -> Markup {
        var children = standsAlone ? [Markup("style", text: Theme.figure)] : []
        children += [
            Markup("rect", ["class": "paper", "width": "100%", "height": "100%"]),
            Plot.text(title, 16, 28, class: "title"), Plot.text(caption, 16, 48, class: "faint"),
        ]
        children += plots.enumerated().map { $1.draw(in: frame($0)) }
        children += legendMarkup
        let (width, height) = (Plot.coordinate(Self.width), Plot.coordinate(height))
        return Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "figure", "viewBox": "0 0 \(width) \(height)",
                "width": width, "height": height, "role": "img", "aria-label": title,
            ], children)
    }

    /// Those of all plots, which have the same.
    private var references: [Plot.Reference] { plots.first?.references ?? [] }

    private var rows: Int { (plots.count + columns - 1) / columns }
    private var legendTop: Double { Self.top + Double(rows) * (plotHeight + Self.gap) - 8 }
    private var height: Double { legendTop + Double(legendLines.count) * Self.legendLine + 8 }

    private func frame(_ index: Int) -> Plot.Frame {
        let cell = Self.width / Double(columns)
        return Plot.Frame(
            x: Double(index % columns) * cell + Self.left,
            y: Self.top + Double(index / columns) * (plotHeight + Self.gap),
            width: cell - Self.left - Self.right, height: plotHeight)
    }

    /// What is long takes several lines, of which the first shows the style: what tells two curves apart may stand at the end.
    private var legendLines: [(text: String, style: String?)] {
        var entries = legend.enumerated().map { (name: $1, style: "line " + Theme.curve($0)) }
        for reference in references {
            let value = reference.source.isEmpty ? "" : " \(Ticks.label(reference.value)): \(reference.source)"
            entries.append((reference.name + value, reference.style))
        }
        return entries.flatMap { entry in
            entry.name.lines(of: Self.legendWidth).enumerated().map { ($1, $0 == 0 ? entry.style : nil) }
        }
    }

    private var legendMarkup: [Markup] {
        legendLines.enumerated().flatMap { index, line in
            let y = legendTop + Double(index) * Self.legendLine
            return [line.style.map { Plot.line(16, y, 44, y, class: $0) }, Plot.text(line.text, 54, y + 4)]
                .compactMap { $0 }
        }
    }
}

extension String {
    /// The words in lines of at most `width` characters; a word that is longer is cut.
    fileprivate func lines(of width: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
                continue
            }
            var rest = word
            while !rest.isEmpty {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
        }
        return lines
    }
}
