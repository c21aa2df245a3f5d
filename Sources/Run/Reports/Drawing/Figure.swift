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
    private var height: Double { legendTop + Double(legend.count + references.count) * Self.legendLine + 8 }

    private func frame(_ index: Int) -> Plot.Frame {
        let cell = Self.width / Double(columns)
        return Plot.Frame(
            x: Double(index % columns) * cell + Self.left,
            y: Self.top + Double(index / columns) * (plotHeight + Self.gap),
            width: cell - Self.left - Self.right, height: plotHeight)
    }

    private var legendMarkup: [Markup] {
        var lines = legend.enumerated().map { (name: $1, style: "line " + Theme.curve($0)) }
        for reference in references {
            let value = reference.source.isEmpty ? "" : " \(Ticks.label(reference.value)): \(reference.source)"
            lines.append((reference.name + value, reference.style))
        }
        return lines.enumerated().flatMap { index, line in
            let y = legendTop + Double(index) * Self.legendLine
            return [
                Plot.line(16, y, 44, y, class: line.style), Plot.text(line.name, 54, y + 4),
            ]
        }
    }
}
