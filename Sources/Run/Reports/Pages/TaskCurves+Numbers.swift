/// Rows of a CSV file, the header first.
struct Table: Sendable {
    let name: String
    let rows: [[String]]
}

extension TaskCurves {
    /// The numbers of the figures, one file for each.
    var tables: [Table] {
        Progress.allCases.map { Table(name: "returns-\(fileName)\($0.suffix).csv", rows: returnsTable($0)) }
            + [Table(name: "losses-\(fileName).csv", rows: lossesTable)]
    }

    private func returnsTable(_ progress: Progress) -> [[String]] {
        let header = ["group", progress.column, "mean", "lowest_seed", "highest_seed", "seeds", "episodes"]
        return [header] + rows(returns(progress))
    }

    private var lossesTable: [[String]] {
        let header = ["loss", "group", "agent_steps", "mean", "lowest_seed", "highest_seed", "seeds", "lines"]
        return [header] + lossMetrics.flatMap { name, metric in rows(losses(metric)).map { [name] + $0 } }
    }

    private func rows(_ curves: [Curve]) -> [[String]] {
        zip(groups, curves).flatMap { group, curve in
            curve.points.map { point in
                [group.name] + [point.x, point.mean, point.lowest, point.highest].map { "\($0)" }
                    + ["\(point.runs)", "\(point.samples)"]
            }
        }
    }
}

extension Progress {
    /// Name of a column.
    fileprivate var column: String {
        switch self {
        case .agentSteps: "agent_steps"
        case .minutes: "minutes"
        }
    }
}
