/// Colours and letters of figures and pages, for light and dark surroundings.
///
/// Colours stand in the rules themselves: viewers of SVG that are no browsers know no variables, and draw what has none in black.
/// Those for the dark come last, in a rule of their own that such viewers pass over.
enum Theme {
    private struct Palette {
        let ink, faint, grid, paper: String
        /// Of curves: after Okabe and Ito, which colour-blind people can tell apart. Further ones are dashed.
        let curves: [String]
    }

    private static let light = Palette(
        ink: "#1f2328", faint: "#59636e", grid: "#d8dee4", paper: "#ffffff",
        curves: ["#0072b2", "#d55e00", "#009e73", "#b8569a", "#b07d00", "#3f9bd4", "#6e6e6e"])
    private static let dark = Palette(
        ink: "#e6edf3", faint: "#9198a1", grid: "#30363d", paper: "#0d1117",
        curves: ["#58b0ea", "#ff8a4c", "#2fcf9f", "#e08cc4", "#e6b422", "#9bd3f5", "#b0b0b0"])

    /// Class of curve `index`.
    static func curve(_ index: Int) -> String {
        let colors = light.curves.count
        return "c\(index % colors)" + (index / colors % 2 == 1 ? " dashed" : "")
    }

    /// What figures need, wherever they are shown.
    static let figure =
        """
        .figure{font:12px system-ui,sans-serif}.figure .title{font-size:15px;font-weight:600}\
        .figure .grid{stroke-width:1}.figure .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
        .figure .band{stroke:none;opacity:.2}.figure .dot{stroke:none}.figure .dashed{stroke-dasharray:6 4}\
        .figure .random{stroke-width:1.5;stroke-dasharray:2 4}\
        .figure .small{font-size:9px}.figure .published{stroke-width:1;stroke-dasharray:1 3}
        """ + inBoth(figureColors)

    /// What the page needs besides.
    static let page =
        """
        body{margin:2rem auto;max-width:54rem;padding:0 1rem;font:15px/1.5 system-ui,sans-serif}\
        h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid}\
        h3{font-size:1rem}svg{max-width:100%;height:auto;margin:.5rem 0}\
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:14px}\
        th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid;white-space:nowrap}\
        th:first-child,td:first-child{text-align:left;white-space:normal}tr.group td{font-weight:600}\
        th{font-weight:500}pre{overflow-x:auto;font-size:13px;padding:.5rem .75rem;border:1px solid;border-radius:6px}
        """ + inBoth(pageColors)

    /// Rules for the light, and those that take their place in the dark.
    private static func inBoth(_ rules: (Palette) -> String) -> String {
        rules(light) + "@media (prefers-color-scheme:dark){" + rules(dark) + "}"
    }

    private static func figureColors(_ colors: Palette) -> String {
        ".figure{background:\(colors.paper)}.figure text{fill:\(colors.ink)}.figure .faint{fill:\(colors.faint)}"
            + ".figure .paper{fill:\(colors.paper)}.figure .grid{stroke:\(colors.grid)}"
            + ".figure .random{stroke:\(colors.faint)}"
            + colors.curves.enumerated().map { index, color in
                ".figure .line.c\(index),.figure .published.c\(index){stroke:\(color)}"
                    + ".figure .band.c\(index),.figure .dot.c\(index){fill:\(color)}"
            }.joined()
    }

    private static func pageColors(_ colors: Palette) -> String {
        "body{color:\(colors.ink);background:\(colors.paper)}p,summary,th{color:\(colors.faint)}"
            + "h2,th,td,pre{border-color:\(colors.grid)}"
    }
}
