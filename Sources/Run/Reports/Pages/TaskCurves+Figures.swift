extension TaskCurves {
    /// All figures of this task; without those that would be empty.
    var figures: [Figure] {
        Play.allCases.flatMap { play in Progress.allCases.compactMap { returnsFigure(play, $0) } }
            + [lossesFigure].compactMap { $0 }
    }

    private func returnsFigure(_ play: Play, _ progress: Progress) -> Figure? {
        let curves = returns(play, progress)
        let points = curves.flatMap(\.points)
        guard !points.isEmpty else { return nil }
        let values = points.flatMap { [$0.lowest, $0.highest] } + references.map(\.value)
        let plot = Plot(
            series: series(curves), x: axis(progress, points), y: Axis(around: values, count: 6),
            xLabel: label(progress), yLabel: "episode return", references: references)
        return Figure(
            fileName: "\(play.fileName)-\(fileName)\(progress.suffix)",
            title: "\(environment): \(play.title) by \(label(progress))", caption: caption(progress),
            legend: legend, plots: [plot])
    }

    /// Random play as it was evaluated here, and what others have published.
    private var references: [Plot.Reference] {
        let random = randomPlay.map { Plot.Reference(name: "random play", value: $0, style: "random") }
        return [random].compactMap { $0 }
            + published.enumerated().map { index, number in
                Plot.Reference(
                    name: number.name, value: number.value, style: "published " + Theme.curve(index),
                    source: number.source)
            }
    }

    private var lossesFigure: Figure? {
        let plots = allLosses.map { loss in
            let curves = losses(loss)
            let points = curves.flatMap(\.points)
            return Plot(
                title: loss.name, series: series(curves), x: axis(.agentSteps, points, count: 3),
                y: Axis(logarithmicAround: points.flatMap { [$0.lowest, $0.highest] }, count: 4))
        }
        guard !plots.isEmpty else { return nil }
        return Figure(
            fileName: "losses-\(fileName)", title: "\(environment): losses by \(label(.agentSteps))",
            caption: caption(.agentSteps), legend: legend, plots: plots, columns: 3, plotHeight: 120)
    }

    private func series(_ curves: [Curve]) -> [Plot.Series] {
        curves.enumerated().map { Plot.Series(color: $0, curve: $1) }
    }

    private func axis(_ progress: Progress, _ points: [Curve.Point], count: Int = 6) -> Axis {
        Axis(from0To: (points.map(\.x).max() ?? 0) + width(progress) / 2, count: count)
    }

    private var legend: [String] { groups.map { "\($0.name) (\($0.seeds))" } }

    private func caption(_ progress: Progress) -> String {
        let mean = "Means over each \(Ticks.label(width(progress))) \(label(progress))"
        let hasSpread = groups.contains { $0.runs.count > 1 }
        return hasSpread ? mean + "; lines: mean over seeds, shaded: from the lowest to the highest seed." : mean + "."
    }
}
