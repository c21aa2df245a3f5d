import Experience
import Measurements
import Settings
import Synchronization
import Wire

/// The evaluators of a run, and what their reports come to.
final class Evaluations: Sendable {
    private let settings: EvaluationSettings
    /// Names of the task's achievements.
    private let achievements: [String]
    /// By name, the connection's incarnation.
    private let evaluators = Mutex<[String: UInt64]>([:])
    let published = PublishedPolicies()

    init(_ settings: EvaluationSettings, achievements: [String]) {
        self.settings = settings
        self.achievements = achievements
    }

    /// - Throws: where this run is not to be evaluated beside training.
    func join(_ hello: Hello) throws(Refusal) {
        guard settings.everyVersions > 0 else {
            throw Refusal(
                .full, "this run is not evaluated beside training: resume it with evaluation.every_versions above 0")
        }
        evaluators.withLock { $0[hello.actor] = hello.incarnation }
    }

    /// - Returns: whether it was one.
    func left(_ name: String, incarnation: UInt64) -> Bool {
        evaluators.withLock { evaluators in
            guard evaluators[name] == incarnation else { return false }
            evaluators[name] = nil
            return true
        }
    }

    func isEvaluator(_ name: String) -> Bool {
        evaluators.withLock { $0[name] != nil }
    }

    /// Nil for a report without episodes.
    func measurement(_ report: ActorReport) -> EvaluatorMeasurement? {
        let episodes = report.episodes
        guard !episodes.isEmpty else { return nil }
        let statistics = ReturnStatistics(episodes.map(\.episodeReturn))
        let moment = published.moment(of: report.policyVersion)
        return EvaluatorMeasurement(
            policy: settings.policy.rawValue, seed: Int(clamping: settings.seed), episodes: episodes.count,
            unfinished: episodes.count(where: \.isUnfinished), failed: episodes.count(where: \.hasFailed),
            mean: statistics.mean,
            standardDeviation: statistics.standardDeviation,
            meanLength: episodes.reduce(0) { $0 + Double($1.length) } / Double(episodes.count),
            policyVersion: report.policyVersion, trainSteps: moment?.trainSteps, agentSteps: moment?.agentSteps,
            rates: SuccessRates(episodes.map { $0.achievements.names(of: achievements) }, of: achievements))
    }
}
