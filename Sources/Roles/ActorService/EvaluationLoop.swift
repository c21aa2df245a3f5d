import Agents
import Logging
import Runs
import Settings
import Transport
import Wire

/// Plays each k-th version of the policy with fixed seeds and reports what came out. It submits nothing.
///
/// Newer weights replace those that wait: where an evaluation takes longer than k versions, the next one plays the newest.
final class EvaluationLoop: Playing {
    private let client: LearnerClient
    private let configuration: Configuration
    private var host: EnvironmentHost
    private let logger: Logger
    private var schedule: EvaluationSchedule
    private var steps = 0

    init(_ configuration: Configuration, client: LearnerClient, host: EnvironmentHost, logger: Logger) {
        self.client = client
        self.configuration = configuration
        let failures = FailureLog(logger)
        self.host = host
        self.host.broke = { failures.note($0, $1) }
        self.logger = logger
        schedule = EvaluationSchedule(every: configuration.evaluation.everyVersions)
    }

    func run() throws {
        var known: WeightsIdentity?
        while client.isAccepting {
            guard let weights = client.waitForWeights(otherThan: known, timeout: .seconds(60)) else { continue }
            known = weights.identity
            guard schedule.isDue(weights.identity) else { continue }
            let start = ContinuousClock.now
            guard let result = try play(weights.policy) else { return }
            report(result, weights.policy.version, after: ContinuousClock.now - start)
        }
    }

    /// - Returns: nil where the client was to end meanwhile.
    private func play(_ weights: PolicyWeights) throws -> Evaluator.Result? {
        let settings = configuration.evaluation
        return try Evaluator(configuration, on: host).run(
            episodes: settings.episodes, seed: settings.seed, choice: .init(settings.policy),
            goesOn: { [client] in client.isAccepting },
            progress: { [logger] in logger.info("policy \(weights.version): \($0)") },
            load: { policy in
                try weights.withValues {
                    try policy.load($0, fingerprint: weights.layout.fingerprint, version: weights.version)
                }
            })
    }

    private func report(_ result: Evaluator.Result, _ version: UInt64, after time: Duration) {
        let played = result.lengths.reduce(0, +)
        steps += played
        let episodes = result.returns.indices.map { index in
            ActorReport.Episode(
                environment: index, episodeReturn: result.returns[index], length: UInt64(result.lengths[index]),
                policyVersion: version, isUnfinished: result.unfinished.contains(index),
                hasFailed: result.failed.contains(index), achievements: result.achievements[index])
        }
        client.report(
            ActorReport(
                environmentSteps: UInt64(steps),
                stepsPerSecond: Double(played) / (max(time, .milliseconds(1)) / .seconds(1)),
                policyVersion: version, episodes: episodes))
        logger.info("policy \(version): mean return \(result.mean) over \(result.episodes) episodes")
    }
}
