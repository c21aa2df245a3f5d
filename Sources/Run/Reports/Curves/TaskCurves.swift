import Measurements

/// The curves of all groups that play one environment, over the same intervals.
struct TaskCurves: Sendable {
    /// About as many intervals as a figure can show apart.
    static let intervals = 50.0

    let environment: String
    let groups: [RunGroup]

    /// Groups by environment, in the order in which environments first appear.
    static func all(_ groups: [RunGroup]) -> [TaskCurves] {
        var environments: [String] = []
        for group in groups where !environments.contains(group.environment) { environments.append(group.environment) }
        return environments.map { name in
            TaskCurves(environment: name, groups: groups.filter { $0.environment == name })
        }
    }

    /// Width of the intervals of all curves of this task.
    func width(_ progress: Progress) -> Double {
        let samples = groups.flatMap(\.runs).flatMap { run in
            run.history.returns + run.history.evaluator + run.history.losses.values.joined()
                + run.history.heldOut.values.joined()
        }
        let end = samples.map(progress.of).max() ?? 0
        return end > 0 ? Ticks.niceStep(end / Self.intervals) : 1
    }

    /// Returns, one curve for each group.
    func returns(_ play: Play, _ progress: Progress) -> [Curve] {
        curves(progress) { play.samples($0) }
    }

    /// One curve for each group.
    func losses(_ loss: Loss) -> [Curve] {
        curves(.agentSteps) { (loss.isHeldOut ? $0.heldOut : $0.losses)[loss.metric] ?? [] }
    }

    private func curves(_ progress: Progress, of samples: (RunHistory) -> [RunHistory.Sample]) -> [Curve] {
        let width = width(progress)
        return groups.map { group in
            Curve(group.runs.map { samples($0.history).map { (progress.of($0), $0.value) } }, width: width)
        }
    }

    /// A loss, of the batches that are trained on or of episodes that are not.
    struct Loss: Sendable {
        let metric: TrainingMetric
        let isHeldOut: Bool
        let name: String
    }

    /// All losses that a run has, sums first, each with what it is on held-out episodes.
    var allLosses: [Loss] {
        let histories = groups.flatMap(\.runs).map(\.history)
        return TrainingMetric.allCases.flatMap { metric -> [Loss] in
            guard let name = metric.lossName else { return [] }
            let trained = Loss(metric: metric, isHeldOut: false, name: name)
            let heldOut = Loss(metric: metric, isHeldOut: true, name: "\(name), held out")
            return (histories.contains { $0.losses[metric] != nil } ? [trained] : [])
                + (histories.contains { $0.heldOut[metric] != nil } ? [heldOut] : [])
        }
    }

    /// What the axis of `progress` counts; where all runs were trained without actors, training steps take the place of the agent's.
    func label(_ progress: Progress) -> String {
        let isOffline = groups.flatMap(\.runs).allSatisfy(\.history.isOffline)
        return progress == .agentSteps && isOffline ? "training steps" : progress.rawValue
    }

    /// Mean return of random play over all evaluations of it; nil where there was none.
    var randomPlay: Double? {
        let random = groups.flatMap(\.runs).flatMap(\.history.evaluations).filter { $0.policy == "random" }
        let episodes = random.reduce(0) { $0 + $1.episodes }
        guard episodes > 0 else { return nil }
        return random.reduce(0) { $0 + $1.mean * Double($1.episodes) } / Double(episodes)
    }

    /// What others have reached; of groups that are played in several ways each has its own.
    var published: [PublishedTables.Number] {
        var settings: [String] = []
        for group in groups where !settings.contains(group.runs[0].configuration.setting) {
            settings.append(group.runs[0].configuration.setting)
        }
        return settings.flatMap { PublishedTables.numbers(environment, setting: $0) }
    }

    /// The environment's name as a part of file names.
    var fileName: String {
        String(environment.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
}
