/// How soon a run has learned its task.
public struct LearningSpeed: Sendable, Equatable {
    /// Agent steps until the mean return of the last training episodes has reached the threshold; the budget where it
    /// never has.
    public let stepsToThreshold: Double
    /// Whether it has.
    public let isReached: Bool
    /// Mean return of training episodes over the agent steps of the budget: the area under the learning curve, divided by the
    /// budget.
    public let area: Double

    /// Nil where no episode has ended.
    /// - Parameters:
    ///   - returns: of training episodes, in their order.
    ///   - window: episodes behind a mean.
    ///   - budget: agent steps of the run.
    init?(_ returns: [RunHistory.Sample], threshold: Double, window: Int, budget: Double) {
        guard !returns.isEmpty else { return nil }
        var sum = 0.0
        var reached: Double?
        for (index, sample) in returns.enumerated() where sample.agentSteps <= budget {
            sum += sample.value
            if index >= window { sum -= returns[index - window].value }
            if index >= window - 1, sum / Double(window) >= threshold {
                reached = sample.agentSteps
                break
            }
        }
        stepsToThreshold = reached ?? budget
        isReached = reached != nil
        area = Self.area(returns, budget: budget)
    }

    /// Each return holds from the end of the episode before to its own; the last one to the end of the budget.
    private static func area(_ returns: [RunHistory.Sample], budget: Double) -> Double {
        var (sum, before) = (0.0, 0.0)
        for sample in returns where sample.agentSteps > before && before < budget {
            let end = min(sample.agentSteps, budget)
            sum += sample.value * (end - before)
            before = end
        }
        return (sum + returns[returns.count - 1].value * max(budget - before, 0)) / budget
    }
}
