/// The page that shows everything; it needs no other file and no network.
struct Page: Sendable {
    let tasks: [TaskCurves]
    let benchmarks: [BenchmarkTable]
    /// Who learns sooner, where that was asked.
    let comparison: LearningComparison?

    var html: String {
        let head = Markup(
            "head", [:],
            [
                Markup("meta", ["charset": "utf-8"]),
                Markup("meta", ["name": "viewport", "content": "width=device-width,initial-scale=1"]),
                Markup("title", text: "Learning curves"), Markup("style", text: Theme.figure + Theme.page),
            ])
        let body =
            [Markup("h1", text: "Learning curves"), Self.explanation]
            + (comparison?.markup ?? []) + benchmarks.flatMap(\.markup) + tasks.flatMap(section)
        return "<!DOCTYPE html>\n" + Markup("html", ["lang": "en"], [head, Markup("body", [:], body)]).text + "\n"
    }

    private static var explanation: Markup {
        Markup(
            "p",
            text: "Runs that differ in their seeds only are one group. A curve shows means over equal intervals, first "
                + "within each run, then over the runs. Evaluations play whole episodes with fixed seeds: mean ± standard "
                + "deviation over the episodes; those beside training stand at the steps after which their policies were published; for a group, mean ± sample standard deviation of the runs' newest means. "
                + "Minutes are those in which the run worked, from its first measurement on. Dotted lines are what others have published for the task, "
                + "each with its source: their protocols differ, and so do numbers of one system.")
    }

    private func section(_ task: TaskCurves) -> [Markup] {
        let (figures, table) = (task.figures, EvaluationTable(task.groups).markup)
        var parts = [Markup("h2", text: task.environment)]
        parts += figures.map { $0.svg(standsAlone: false) }
        parts += [Markup("h3", text: "Evaluation"), table]
        if let achievements = AchievementTable(task) {
            parts += [Markup("h3", text: "Achievements in training episodes"), achievements.markup]
        }
        parts += task.groups.flatMap(\.runs).flatMap(\.notices).map { Markup("p", text: "\($0).") }
        return parts + [Markup("h3", text: "Commands"), commands(task)]
    }

    /// The command behind each curve.
    private func commands(_ task: TaskCurves) -> Markup {
        let lines = task.groups.flatMap { group in
            ["# \(group.name)"] + group.runs.map(\.command)
        }
        return Markup("pre", text: lines.joined(separator: "\n"))
    }
}
