import Agents
import Diagnostics
import Environments
import Experience
import Measurements
import Runs
import Settings

/// Plays whole episodes with fixed seeds and no learning.
public struct Evaluator {
    /// What came out, in the order of the episodes.
    public struct Result: Codable, Sendable, Equatable {
        public var environment: String
        public var policy: String
        public var seed: UInt64
        public var episodes: Int
        public var mean: Double
        /// Of the episodes' returns, dividing by their number.
        public var standardDeviation: Double
        public var returns: [Double]
        public var lengths: [Int]
        /// Numbers of the episodes that were broken off because the evaluation had its time.
        public var unfinished: [Int]
        /// Numbers of those that are over because the environment failed. They, too, count as far as they came.
        public var failed: [Int]
        /// What each episode has achieved; not in JSON.
        var achievements: [Achievements] = []
        /// How often they have seen each achievement; nil for a task without.
        public var rates: SuccessRates?

        enum CodingKeys: String, CodingKey {
            case environment, policy, seed, episodes, mean, returns, lengths, unfinished, failed
            case standardDeviation = "standard_deviation"
            case rates = "achievements"
        }
    }

    /// How actions are chosen.
    public enum Choice: String, Sendable, CaseIterable {
        case sample, mode, random
    }

    public let configuration: Configuration
    private let host: EnvironmentHost

    /// - Parameter python: interpreter of bridged environments; nil looks for one.
    public init(_ configuration: Configuration, python: String?) {
        self.init(configuration, on: EnvironmentHost(python: python))
    }

    package init(_ configuration: Configuration, on host: EnvironmentHost) {
        self.configuration = configuration
        self.host = host
    }

    /// Environments that play side by side: rows amortise the weights, but a bridged environment costs a process.
    private static let sideBySide = 20

    /// Plays episodes until there are as many as are wanted, or `evaluation.seconds` have passed: then those that are under way
    /// are broken off and count as far as they came, and those that have not begun are left out.
    /// - Parameters:
    ///   - goesOn: asked before each step.
    ///   - interval: the least time between two calls of `progress`, which comes between steps.
    ///   - film: gets all that the first environment shows.
    ///   - load: gives the policy its weights; nil plays at random.
    /// - Returns: nil where it was not to go on.
    /// - Throws: also where not one step was played in all the time.
    public func run(
        episodes: Int, seed: UInt64, choice: Choice, threads: Int = 1, goesOn: @escaping () -> Bool = { true },
        every interval: Duration = .seconds(10), progress: (EvaluationProgress) -> Void = { _ in },
        film: (Observation) -> Void = { _ in }, load: ((ActingPolicy) throws -> Void)?
    ) throws -> Result? {
        let slots = min(episodes, Self.sideBySide)
        var host = host
        host.isWanted = goesOn
        let environments = try configuration.makeEnvironments(slots, for: .evaluation, seed: seed, on: host)
        defer { for environment in environments { environment.close() } }
        let players = try players(environments, seed: seed, choice: choice, threads: threads, load)
        try players.start()
        film(players.steps[0].observation)
        let deadline = ContinuousClock.now + .seconds(configuration.evaluation.seconds)
        var table = EpisodeTable(episodes: episodes, slots: slots)
        var (shown, lastShown) = (EvaluationProgress(wanted: episodes), ContinuousClock.now)
        while !table.isComplete {
            guard goesOn() else { return nil }
            let now = ContinuousClock.now
            guard now < deadline else {
                for episode in try players.episodesUnderWay() { table.take(episode, isUnfinished: true) }
                break
            }
            for episode in try players.advance() { table.take(episode) }
            film(players.steps[0].observation)
            shown.add(players.steps, finished: table.count)
            guard now - lastShown >= interval else { continue }
            lastShown = now
            progress(shown)
        }
        guard table.count > 0 else {
            throw UserError(
                "\(configuration.environment.id) came to no step in \(configuration.evaluation.seconds) s: "
                    + "raise evaluation.seconds")
        }
        return result(table.played, seed: seed, choice: choice)
    }

    /// The same with weights by parameter name; nil plays at random.
    public func run(
        weights: (values: [String: [Float]], version: UInt64)?, episodes: Int, seed: UInt64, choice: Choice,
        threads: Int = 1, every interval: Duration = .seconds(10), progress: (EvaluationProgress) -> Void = { _ in }
    ) throws -> Result {
        let result = try run(
            episodes: episodes, seed: seed, choice: choice, threads: threads, every: interval, progress: progress,
            load: weights.map { weights in { try $0.load(weights.values, version: weights.version) } })
        guard let result else { preconditionFailure("nobody has stopped it") }
        return result
    }

    private func players(
        _ environments: [any Environment], seed: UInt64, choice: Choice, threads: Int,
        _ load: ((ActingPolicy) throws -> Void)?
    ) throws -> Players {
        let agent = configuration.agent(for: environments[0])
        let policy = ActingPolicy(agent, environments: environments.count, threads: threads, seed: seed)
        if let load, choice != .random { try load(policy) }
        return Players(
            environments, policy: policy, choice: choice == .mode ? .mode : .sample, seed: seed,
            longest: max(1, configuration.evaluation.timeLimit / configuration.actionRepeat))
    }

    private var achievementNames: [String] { EnvironmentRegistry.achievements(of: configuration.environment.id) }

    private func result(
        _ played: [(episode: Players.Episode, isUnfinished: Bool)], seed: UInt64, choice: Choice
    ) -> Result {
        let returns = played.map(\.episode.episodeReturn)
        let statistics = ReturnStatistics(returns)
        let achievements = played.map(\.episode.achievements)
        let rates = SuccessRates(
            achievements.map { $0.names(of: achievementNames) }, of: achievementNames)
        return Result(
            environment: configuration.environment.id, policy: choice.rawValue, seed: seed, episodes: returns.count,
            mean: statistics.mean, standardDeviation: statistics.standardDeviation, returns: returns,
            lengths: played.map(\.episode.length),
            unfinished: played.indices.filter { played[$0].isUnfinished },
            failed: played.indices.filter { played[$0].episode.hasFailed }, achievements: achievements, rates: rates)
    }
}

extension Evaluator.Choice {
    /// As a configuration says it.
    public init(_ policy: EvaluationSettings.Policy) {
        self = policy == .mode ? .mode : .sample
    }
}
