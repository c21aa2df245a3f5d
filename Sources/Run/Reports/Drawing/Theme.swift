/// Colours and letters of figures and pages, for light and dark surroundings.
enum Theme {
    /// Colours of curves: after Okabe and Ito, which colour-blind people can tell apart. Further ones are dashed.
    static let colors = 7

    /// Class of curve `index`.
    static func curve(_ index: Int) -> String {
        "c\(index % colors)" + (index / colors % 2 == 1 ? " dashed" : "")
    }

    /// What figures need, wherever they are shown.
    static let figure = """
        :root{--ink:#1f2328;--faint:#59636e;--grid:#d8dee4;--paper:#ffffff;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;\
        --c3:#b8569a;--c4:#b07d00;--c5:#3f9bd4;--c6:#6e6e6e}\
        @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#9198a1;--grid:#30363d;--paper:#0d1117;\
        --c0:#58b0ea;--c1:#ff8a4c;--c2:#2fcf9f;--c3:#e08cc4;--c4:#e6b422;--c5:#9bd3f5;--c6:#b0b0b0}}\
        .figure{font:12px system-ui,sans-serif;background:var(--paper)}\
        .figure text{fill:var(--ink)}.figure .faint{fill:var(--faint)}.figure .title{font-size:15px;font-weight:600}\
        .figure .paper{fill:var(--paper)}.figure .grid{stroke:var(--grid);stroke-width:1}\
        .figure .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
        .figure .band{stroke:none;opacity:.2}.figure .dot{stroke:none}.figure .dashed{stroke-dasharray:6 4}\
        .figure .random{stroke:var(--faint);stroke-width:1.5;stroke-dasharray:2 4}\
        .figure .small{font-size:9px}.figure .published{stroke-width:1;stroke-dasharray:1 3}\

        """
        + (0..<colors).map { index in
            ".figure .line.c\(index),.figure .published.c\(index){stroke:var(--c\(index))}"
                + ".figure .band.c\(index),.figure .dot.c\(index){fill:var(--c\(index))}"
        }.joined()

    /// What the page needs besides.
    static let page = """
        body{margin:2rem auto;max-width:54rem;padding:0 1rem;color:var(--ink);background:var(--paper);\
        font:15px/1.5 system-ui,sans-serif}\
        h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid var(--grid)}\
        h3{font-size:1rem}p,summary{color:var(--faint)}svg{max-width:100%;height:auto;margin:.5rem 0}\
        .scroll{overflow-x:auto}table{border-collapse:collapse;font-size:14px}\
        th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}\
        th:first-child,td:first-child{text-align:left;white-space:normal}tr.group td{font-weight:600}\
        th{color:var(--faint);font-weight:500}pre{overflow-x:auto;font-size:13px;padding:.5rem .75rem;\
        border:1px solid var(--grid);border-radius:6px}
        """
}
