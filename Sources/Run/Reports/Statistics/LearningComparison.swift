import Display
import Settings

/// What is asked of a report besides curves: who learns sooner, and how sure that is.
public struct LearningQuestion: Sendable, Equatable {
    /// Mean return of the last `window` training episodes that counts as having learned.
    public var threshold: Double
    public var window: Int
    public var contrasts: [Contrast]

    public init(threshold: Double, window: Int = 100, contrasts: [Contrast] = []) {
        self.threshold = threshold
        self.window = window
        self.contrasts = contrasts
    }
}

/// The answers: a run's learning speed, what groups come to, which of two is better, and contrasts.
struct LearningComparison: Sendable {
    /// What is compared of a run.
    enum Measure: String, CaseIterable, Sendable {
        case stepsToThreshold = "steps_to_threshold"
        case area = "area_under_curve"

        func value(_ speed: LearningSpeed) -> Double {
            switch self {
            case .stepsToThreshold: speed.stepsToThreshold
            case .area: speed.area
            }
        }

        /// Whether less of it is better.
        var isCost: Bool { self == .stepsToThreshold }
    }

    /// An estimate and the middle 95 % of its bootstrap; nil for a single seed.
    struct Estimate: Sendable, Equatable {
        let value: Double
        let interval: ClosedRange<Double>?
    }

    struct Line: Sendable, Equatable {
        /// "task · group", "one over other", or the contrast's name.
        let subject: String
        let measure: Measure
        /// Runs in all cells.
        let runs: Int
        let estimate: Estimate
    }

    private let question: LearningQuestion
    let groups: [RunGroup]

    init(_ question: LearningQuestion, _ groups: [RunGroup]) { (self.question, self.groups) = (question, groups) }

    /// What counts as learned: "the mean of 100 training episodes is 0.5".
    var threshold: String {
        "the mean of \(question.window) training episodes is \(NumberText.short(question.threshold))"
    }

    func speed(_ run: RecordedRun) -> LearningSpeed? {
        LearningSpeed(
            run.history.returns, threshold: question.threshold, window: question.window,
            budget: Double(run.configuration.wantedSteps))
    }

    /// The interquartile mean of each group.
    var aggregates: [Line] {
        lines(groups.map { ($0.environment + " · " + $0.name, $0.runs) }) { RobustStatistics.interquartileMean($0[0]) }
    }

    /// How likely a run of one group is to be better than one of another of its task.
    var improvements: [Line] {
        let pairs = groups.enumerated().flatMap { index, one in
            groups[..<index].filter { $0.environment == one.environment }.map { (one, $0) }
        }
        return Measure.allCases.flatMap { measure in
            pairs.compactMap { one, other in
                line("\(one.environment) · \(one.name) over \(other.name)", measure, [one.runs, other.runs]) { cells in
                    let share = RobustStatistics.probabilityOfImprovement(cells[0], over: cells[1])
                    return measure.isCost ? 1 - share : share
                }
            }
        }
    }

    /// Sums of the cells' means; those whose cells have no run yet are left out.
    var contrastLines: [Line] {
        Measure.allCases.flatMap { measure in
            question.contrasts.compactMap { contrast in
                let cells = contrast.terms.map { term in
                    groups.flatMap(\.runs).filter { $0.name.hasPrefix(term.cell + "-s") && isSeed($0.name, term.cell) }
                }
                return line(contrast.name, measure, cells) { values in
                    zip(contrast.terms, values).reduce(0) { $0 + $1.0.sign * RobustStatistics.mean($1.1) }
                }
            }
        }
    }

    /// Whether nothing but a seed follows the cell's name.
    private func isSeed(_ run: String, _ cell: String) -> Bool {
        run.dropFirst(cell.count + 2).allSatisfy(\.isNumber)
    }

    private func lines(_ cells: [(String, [RecordedRun])], _ statistic: ([[Double]]) -> Double) -> [Line] {
        Measure.allCases.flatMap { measure in cells.compactMap { line($0.0, measure, [$0.1], statistic) } }
    }

    private func line(
        _ subject: String, _ measure: Measure, _ cells: [[RecordedRun]], _ statistic: ([[Double]]) -> Double
    ) -> Line? {
        let values = cells.map { $0.compactMap(speed).map(measure.value) }
        guard values.allSatisfy({ !$0.isEmpty }) else { return nil }
        return Line(
            subject: subject, measure: measure, runs: values.reduce(0) { $0 + $1.count },
            estimate: Estimate(value: statistic(values), interval: RobustStatistics.interval(values, statistic)))
    }
}
