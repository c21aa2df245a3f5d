/// Rows of a CSV file, the header first.
struct Table: Sendable {
    let name: String
    let rows: [[String]]
}

extension TaskCurves {
    /// The numbers of the figures, one file for each.
    var tables: [Table] {
        Play.allCases.flatMap { play in
            Progress.allCases.map { progress in
                Table(
                    name: "\(play.fileName)-\(fileName)\(progress.suffix).csv", rows: returnsTable(play, progress))
            }
        } + [Table(name: "losses-\(fileName).csv", rows: lossesTable)]
    }

    private func returnsTable(_ play: Play, _ progress: Progress) -> [[String]] {
        let header = ["group", progress.column, "mean", "lowest_seed", "highest_seed", "seeds", play.column]
        return [header] + rows(returns(play, progress))
    }

    private var lossesTable: [[String]] {
        let header = ["loss", "group", "agent_steps", "mean", "lowest_seed", "highest_seed", "seeds", "lines"]
        return [header] + allLosses.flatMap { loss in rows(losses(loss)).map { [loss.name] + $0 } }
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
