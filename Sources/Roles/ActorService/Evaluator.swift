import Agents
import Diagnostics
import Environments
import Experience
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

        enum CodingKeys: String, CodingKey {
            case environment, policy, seed, episodes, mean, returns, lengths
            case standardDeviation = "standard_deviation"
        }
    }

    /// How actions are chosen.
    public enum Choice: String, Sendable, CaseIterable {
        case sample, mode, random
    }

    public let configuration: Configuration
    public let python: String?

    public init(_ configuration: Configuration, python: String?) {
        self.configuration = configuration
        self.python = python
    }

    /// Environments that play side by side: rows amortise the weights, but a bridged environment costs a process.
    private static let sideBySide = 20

    /// Plays `episodes` episodes. Slot s of n plays the episodes s, s + n, s + 2n, …, so that short episodes count no
    /// more often than long ones.
    /// - Parameters:
    ///   - weights: the policy by parameter name; nil plays at random.
    ///   - progress: called with the number of finished episodes.
    public func run(
        weights: (values: [String: [Float]], version: UInt64)?, episodes: Int, seed: UInt64, choice: Choice,
        threads: Int = 1, progress: (Int) -> Void = { _ in }
    ) throws -> Result {
        let slots = min(episodes, Self.sideBySide)
        let environments = try configuration.makeEnvironments(
            slots, for: .evaluation, seed: seed, on: EnvironmentHost(python: python))
        defer { for environment in environments { environment.close() } }
        let agent = configuration.agent(for: environments[0])
        let policy = ActingPolicy(agent, environments: slots, threads: threads, seed: seed)
        if let weights, choice != .random { try policy.load(weights.values, version: weights.version) }
        let players = Players(
            environments, policy: policy, choice: choice == .mode ? .mode : .sample, seed: seed,
            longest: max(1, configuration.evaluation.timeLimit / configuration.actionRepeat))
        try players.start()
        var finished = (0..<slots).map { slot in Slot(wanted: (episodes - slot + slots - 1) / slots) }
        var count = 0
        while count < episodes {
            for episode in try players.advance() where finished[episode.environment].take(episode) {
                count += 1
                progress(count)
            }
        }
        return result(finished, episodes: episodes, seed: seed, choice: choice)
    }

    private struct Slot {
        let wanted: Int
        var returns: [Double] = []
        var lengths: [Int] = []

        init(wanted: Int) {
            self.wanted = wanted
        }

        /// Keeps an episode unless this slot has played its share.
        mutating func take(_ episode: Players.Episode) -> Bool {
            guard returns.count < wanted else { return false }
            returns.append(episode.episodeReturn)
            lengths.append(episode.length)
            return true
        }
    }

    private func result(_ slots: [Slot], episodes: Int, seed: UInt64, choice: Choice) -> Result {
        let order = (0..<episodes).map { (slot: $0 % slots.count, turn: $0 / slots.count) }
        let returns = order.map { slots[$0.slot].returns[$0.turn] }
        let mean = returns.reduce(0, +) / Double(episodes)
        let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(episodes)
        return Result(
            environment: configuration.environment.id, policy: choice.rawValue, seed: seed, episodes: episodes,
            mean: mean, standardDeviation: variance.squareRoot(), returns: returns,
            lengths: order.map { slots[$0.slot].lengths[$0.turn] })
    }
}
