import Display

extension LearningComparison {
    /// A line for each contrast: how much by which measure, and between what it lies.
    var answers: [String] {
        contrastLines.map { line in
            let interval = line.estimate.interval.map {
                "\(Self.number($0.lowerBound)) to \(Self.number($0.upperBound))"
            }
            return "\(line.subject), \(line.measure.title): \(Self.number(line.estimate.value)), 95 %: "
                + "\(interval ?? "one seed"), \(line.runs) runs"
        }
    }

    /// Files with all numbers.
    var tables: [Table] {
        [
            Table(name: "learning-speeds.csv", rows: speedRows),
            Table(name: "learning-groups.csv", rows: Self.rows("interquartile_mean", aggregates)),
            Table(name: "probability-of-improvement.csv", rows: Self.rows("probability", improvements)),
            Table(name: "contrasts.csv", rows: Self.rows("difference_of_means", contrastLines)),
        ]
    }

    private var speedRows: [[String]] {
        [["environment", "group", "run", "seed", "steps_to_threshold", "reached", "area_under_curve"]]
            + groups.flatMap { group in
                group.runs.compactMap { run in
                    speed(run).map {
                        [
                            group.environment, group.name, run.name, "\(run.seed)", "\($0.stepsToThreshold)",
                            "\($0.isReached)", "\($0.area)",
                        ]
                    }
                }
            }
    }

    private static func rows(_ column: String, _ lines: [Line]) -> [[String]] {
        [["subject", "measure", "runs", column, "lowest_95", "highest_95"]]
            + lines.map { line in
                [
                    line.subject, line.measure.rawValue, "\(line.runs)", "\(line.estimate.value)",
                    line.estimate.interval.map { "\($0.lowerBound)" } ?? "",
                    line.estimate.interval.map { "\($0.upperBound)" } ?? "",
                ]
            }
    }

    // MARK: Page

    var markup: [Markup] {
        var parts = [
            Markup("h2", text: "Who learns sooner"),
            Markup(
                "p",
                text:
                    "Agent steps until \(threshold), those of the "
                    + "whole budget where it never is, and the mean return over the budget. Intervals hold the middle 95 % of a bootstrap over the "
                    + "seeds of each cell. Groups come to their interquartile means; a probability of improvement is the share of pairs of runs in which "
                    + "the first is better, ties halved."
            ),
        ]
        if !contrastLines.isEmpty { parts += [Markup("h3", text: "Contrasts"), Self.table(contrastLines)] }
        parts += [Markup("h3", text: "Groups"), Self.table(aggregates)]
        if !improvements.isEmpty {
            parts += [Markup("h3", text: "Probability of improvement"), Self.table(improvements)]
        }
        return parts
    }

    private static func table(_ lines: [Line]) -> Markup {
        let titles = ["", "measure", "runs", "estimate", "95 %"]
        let head = Markup("tr", [:], titles.map { Markup("th", text: $0) })
        let rows = lines.map { line in
            let cells = [
                line.subject, line.measure.title, "\(line.runs)", number(line.estimate.value),
                line.estimate.interval.map { "\(number($0.lowerBound)) to \(number($0.upperBound))" } ?? "one seed",
            ]
            return Markup("tr", [:], cells.map { Markup("td", text: $0) })
        }
        return Markup("div", ["class": "scroll"], [Markup("table", [:], [head] + rows)])
    }

    private static func number(_ value: Double) -> String {
        String(NumberText.short(value).map { $0 == "-" ? "−" : $0 })
    }
}

extension LearningComparison.Measure {
    fileprivate var title: String {
        switch self {
        case .stepsToThreshold: "agent steps until learned"
        case .area: "mean return over the budget"
        }
    }
}
