import Display
import Environments
import Measurements

/// How often the training episodes of a task's groups have seen each achievement, and what that comes to: means over seeds.
struct AchievementTable: Sendable {
    private let names: [String]
    private let groups: [(name: String, rates: [SuccessRates])]

    /// Nil where there are none.
    init?(_ task: TaskCurves) {
        let names = EnvironmentRegistry.achievements(of: task.environment)
        self.names = names
        groups = task.groups.map { group in
            (group.name, group.runs.compactMap { SuccessRates($0.history.achievements, of: names) })
        }.filter { !$0.rates.isEmpty }
        guard !groups.isEmpty else { return nil }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// "score", then each achievement, under the groups' names.
    private var lines: [(name: String, values: [Double])] {
        [("score", groups.map { Self.mean($0.rates.map(\.score)) })]
            + names.map { name in
                (name, groups.map { Self.mean($0.rates.map { $0.shares[name] ?? 0 }) })
            }
    }

    var csv: [[String]] {
        [["achievement"] + groups.map(\.name)] + lines.map { [$0.name] + $0.values.map { "\($0)" } }
    }

    var markup: Markup {
        let head = Markup("tr", [:], (["achievement"] + groups.map(\.name)).map { Markup("th", text: $0) })
        let rows = lines.enumerated().map { index, line in
            let values = line.values.map { index == 0 ? NumberText.short($0) : NumberText.percent($0) }
            return Markup("tr", [:], ([line.name] + values).map { Markup("td", text: $0) })
        }
        return Markup("div", ["class": "scroll"], [Markup("table", [:], [head] + rows)])
    }
}
