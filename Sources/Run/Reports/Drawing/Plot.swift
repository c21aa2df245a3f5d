/// Axes and curves within a rectangle of a figure.
struct Plot: Sendable {
    struct Series: Sendable {
        /// Index of its colour.
        var color: Int
        var curve: Curve
    }

    var title = ""
    var series: [Series]
    var x: Axis
    var y: Axis
    var xLabel = ""
    var yLabel = ""
    var references: [Reference] = []

    /// A value that does not change, to compare with: a line across the plot.
    struct Reference: Sendable {
        var name: String
        var value: Double
        /// Class of its line.
        var style: String
        /// Where it comes from; empty for what this report measures itself.
        var source = ""
    }

    /// A rectangle in user units, which are pixels at the figure's own size.
    struct Frame: Sendable {
        var x: Double, y: Double, width: Double, height: Double
    }

    /// Draws everything; ticks and labels lie outside `frame`.
    func draw(in frame: Frame) -> Markup {
        Markup("g", [:], grid(frame) + titles(frame) + lines(frame) + series.flatMap { draw($0, frame) })
    }

    // MARK: Axes

    private func grid(_ frame: Frame) -> [Markup] {
        let rows = y.ticks.flatMap { tick in
            let place = vertical(tick, frame)
            return [
                Self.line(frame.x, place, frame.x + frame.width, place, class: "grid"),
                Self.text(Ticks.label(tick), frame.x - 8, place + 4, anchor: "end", class: "faint"),
            ]
        }
        let columns = x.ticks.flatMap { tick in
            let (place, bottom) = (horizontal(tick, frame), frame.y + frame.height)
            return [
                Self.line(place, bottom, place, bottom + 4, class: "grid"),
                Self.text(Ticks.label(tick), place, bottom + 18, anchor: "middle", class: "faint"),
            ]
        }
        return rows + columns
    }

    private func titles(_ frame: Frame) -> [Markup] {
        var all: [Markup] = []
        if !title.isEmpty { all.append(Self.text(title, frame.x, frame.y - 8)) }
        if !xLabel.isEmpty {
            all.append(
                Self.text(
                    xLabel, frame.x + frame.width / 2, frame.y + frame.height + 36, anchor: "middle", class: "faint"))
        }
        if !yLabel.isEmpty { all.append(Self.text(yLabel, frame.x, frame.y - 8, class: "faint")) }
        return all
    }

    private func lines(_ frame: Frame) -> [Markup] {
        references.flatMap { reference in
            let (place, end) = (vertical(reference.value, frame), frame.x + frame.width)
            let line = Self.line(frame.x, place, end, place, class: reference.style)
            guard !reference.source.isEmpty else { return [line] }
            return [line, Self.text(reference.name, end - 2, place - 3, anchor: "end", class: "faint small")]
        }
    }

    // MARK: Curves

    private func draw(_ series: Series, _ frame: Frame) -> [Markup] {
        let points = series.curve.points
        guard points.count > 1 else { return points.map { dot($0, series.color, frame) } }
        let line = Markup(
            "polyline",
            ["class": "line " + Theme.curve(series.color), "points": path(points.map { ($0.x, $0.mean) }, frame)])
        guard points.contains(where: { $0.runs > 1 }) else { return [line] }
        let outline = points.map { ($0.x, $0.highest) } + points.reversed().map { ($0.x, $0.lowest) }
        let band = Markup("polygon", ["class": "band " + Theme.curve(series.color), "points": path(outline, frame)])
        return [band, line]
    }

    private func dot(_ point: Curve.Point, _ color: Int, _ frame: Frame) -> Markup {
        Markup(
            "circle",
            [
                "class": "dot " + Theme.curve(color), "r": "3", "cx": Self.coordinate(horizontal(point.x, frame)),
                "cy": Self.coordinate(vertical(point.mean, frame)),
            ])
    }

    private func path(_ points: [(Double, Double)], _ frame: Frame) -> String {
        points.map { Self.coordinate(horizontal($0, frame)) + "," + Self.coordinate(vertical($1, frame)) }
            .joined(separator: " ")
    }

    // MARK: Places

    private func horizontal(_ value: Double, _ frame: Frame) -> Double { frame.x + frame.width * x.place(value) }
    private func vertical(_ value: Double, _ frame: Frame) -> Double { frame.y + frame.height * (1 - y.place(value)) }

    /// Tenths of a pixel are enough.
    static func coordinate(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) -> Markup {
        Markup(
            "line",
            ["class": name, "x1": coordinate(x1), "y1": coordinate(y1), "x2": coordinate(x2), "y2": coordinate(y2)])
    }

    static func text(
        _ text: String, _ x: Double, _ y: Double, anchor: String = "start", class name: String = ""
    ) -> Markup {
        Markup(
            "text", ["class": name, "x": coordinate(x), "y": coordinate(y), "text-anchor": anchor], text: text)
    }
}
