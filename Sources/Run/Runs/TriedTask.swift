import Environments
import Experience
import Settings

/// What a task turned out to be when it was made, begun and played for some steps: before anything else is started.
package struct TriedTask: Sendable, Equatable {
    package let image: ImageShape
    package let vectorCount: Int
    package let actionSpace: ActionSpace
    /// Lines for people about how it is taken.
    package let notes: [String]
    /// Seconds of a step.
    package let stepSeconds: Double
}

extension Configuration {
    /// Steps of a trial after the first, which may be slow: enough to know about how long one takes.
    private static let trialSteps = 7

    /// Makes the task, and plays its first steps.
    /// - Throws: where it cannot be made, or fails each time.
    package func tryTask(on host: EnvironmentHost) throws(EnvironmentError) -> TriedTask {
        let environment = try makeEnvironments(1, for: .training, seed: run.seed, on: host)[0]
        defer { environment.close() }
        _ = try environment.reset()
        var shown = try environment.step(environment.actionSpace.firstAction)
        let warm = ContinuousClock.now
        for _ in 0..<Self.trialSteps {
            let isOver = shown.flags.contains(.last)
            shown = isOver ? try environment.reset() : try environment.step(environment.actionSpace.firstAction)
        }
        return TriedTask(
            image: environment.image, vectorCount: environment.vectorCount, actionSpace: environment.actionSpace,
            notes: (environment as? SturdyEnvironment)?.notes ?? [],
            stepSeconds: (ContinuousClock.now - warm) / .seconds(1) / Double(Self.trialSteps))
    }
}

extension ActionSpace {
    /// The first choice of each group, or the middle of each range.
    fileprivate var firstAction: Action {
        guard let choices else { return .none(count) }
        return .oneHot(choices.map { _ in 0 }, of: choices)
    }
}
