import AgentChoice
import Agents
import Environments
import Experience
import Numbers

/// Several environments that one policy plays, a step of all at a time.
///
/// Before the policy has weights, actions are drawn uniformly. Whatever was executed is what is reported.
final class Players {
    /// One environment after a step.
    struct Step {
        var observation: Observation
        /// What led to it; no action at an episode's start.
        var action: Action
        /// Version of the policy that chose the action; 0 for a random one or none.
        var policyVersion: UInt64
    }

    /// An episode that has just ended.
    struct Episode {
        var environment: Int
        var episodeReturn: Double
        var length: Int
        var policyVersion: UInt64
        var achievements = Achievements()
        /// Whether it is over because its environment failed.
        var hasFailed = false
    }

    let environments: [any Environment]
    let policy: ActingPolicy
    private let choice: ActingPolicy.Choice
    /// Steps after which an episode is over, whatever the environment says.
    private let longest: Int
    private var random: SplitMix64
    /// Where each episode has a seed of its own, what these follow from.
    private let episodeSeed: UInt64?
    private(set) var steps: [Step] = []
    private var returns: [Double]
    private var lengths: [Int]
    /// What was done in the episodes under way, where they are to be played again.
    private var played: [PlayedEpisode]

    init(
        _ environments: [any Environment], policy: ActingPolicy, choice: ActingPolicy.Choice, seed: UInt64,
        longest: Int = .max, isRepeatable: Bool = false
    ) {
        precondition(environments.count == policy.environments, "a policy for \(policy.environments) environments")
        self.environments = environments
        self.policy = policy
        self.choice = choice
        self.longest = longest
        episodeSeed = isRepeatable ? seed : nil
        // The environments have the parts from 0 on.
        random = SplitMix64(seed: SplitMix64.seed(seed, part: -1))
        returns = environments.map { _ in 0 }
        lengths = environments.map { _ in 0 }
        played = environments.map { _ in PlayedEpisode() }
    }

    /// Starts an episode everywhere.
    func start() throws(EnvironmentError) {
        steps = []
        for index in environments.indices { steps.append(try reset(index)) }
    }

    private func reset(_ index: Int) throws(EnvironmentError) -> Step {
        played[index] = PlayedEpisode(number: played[index].number + 1)
        return try begin(index)
    }

    /// Starts the episode of this number.
    private func begin(_ index: Int) throws(EnvironmentError) -> Step {
        let environment = environments[index]
        returns[index] = 0
        lengths[index] = 0
        let observation =
            if let seed = seed(of: index), let environment = environment as? any RepeatableEnvironment {
                try environment.reset(seed: seed)
            } else {
                try environment.reset()
            }
        return Step(observation: observation, action: .none(environment.actionSpace.count), policyVersion: 0)
    }

    /// Of an environment's episode, from the run's seed alone.
    private func seed(of index: Int) -> UInt64? {
        episodeSeed.map { SplitMix64.seed(SplitMix64.seed($0, part: index), part: played[index].number) }
    }

    /// Acts once everywhere; an environment whose episode is over starts the next one instead.
    /// - Returns: the episodes that this step ended.
    func advance() throws(EnvironmentError) -> [Episode] {
        let actions = chooseActions()
        // Where other processes play, they do so side by side.
        for index in environments.indices where !steps[index].observation.flags.contains(.last) {
            environments[index].begin(actions[index])
        }
        var ended: [Episode] = []
        for index in environments.indices {
            if steps[index].observation.flags.contains(.last) {
                steps[index] = try reset(index)
                continue
            }
            try play(index, actions[index])
            guard steps[index].observation.flags.contains(.last) else { continue }
            ended.append(try episode(index))
        }
        return ended
    }

    private func play(_ index: Int, _ action: Action) throws(EnvironmentError) {
        let observation = try environments[index].step(action)
        steps[index] = Step(observation: observation, action: action, policyVersion: policy.version)
        returns[index] += Double(observation.reward)
        lengths[index] += 1
        if lengths[index] >= longest { steps[index].observation.flags.insert(.last) }
        if episodeSeed != nil { played[index].append(action, in: environments[index].actionSpace) }
    }

    /// The episodes that have begun and not ended, as far as they have come.
    func episodesUnderWay() throws(EnvironmentError) -> [Episode] {
        var episodes: [Episode] = []
        for index in environments.indices where lengths[index] > 0 && !steps[index].observation.flags.contains(.last) {
            episodes.append(try episode(index))
        }
        return episodes
    }

    private func episode(_ index: Int) throws(EnvironmentError) -> Episode {
        Episode(
            environment: index, episodeReturn: returns[index], length: lengths[index], policyVersion: policy.version,
            achievements: try environments[index].achieved(), hasFailed: environments[index].hasFailed)
    }

    private func chooseActions() -> [Action] {
        guard policy.version > 0 else { return environments.map { randomAction($0.actionSpace) } }
        let agent = policy.configuration
        let actions = policy.act(
            images: agent.seesImages ? steps.map(\.observation.image) : [],
            vectors: agent.seesVectors ? steps.map(\.observation.vector) : [],
            first: steps.map { $0.observation.flags.contains(.first) }, choice: choice)
        return actions.map { Action($0) }
    }

    private func randomAction(_ space: ActionSpace) -> Action {
        switch space {
        case .discrete(let count): .oneHot(random.below(count), of: count)
        case .groups(let counts): .oneHot(counts.map { random.below($0) }, of: counts)
        case .continuous(let count): Action((0..<count).map { _ in Float(2 * random.unit() - 1) })
        }
    }

    // MARK: Going on elsewhere

    /// Where repeatable players stand after a step; `restore` brings others there.
    struct State: Codable, Sendable {
        var seed: UInt64
        var random: SplitMix64
        var policy: ActingPolicy.State
        var episodes: [PlayedEpisode]
        /// What the environments show.
        var shown: [ShownObservation]
    }

    var state: State {
        guard let episodeSeed else { preconditionFailure("these players are not repeatable") }
        return State(
            seed: episodeSeed, random: random, policy: policy.state, episodes: played,
            shown: steps.map { ShownObservation($0.observation) })
    }

    /// Plays the episodes of `state` again from their starts, with the actions that were chosen then. The players must have been
    /// made with its seed.
    /// - Returns: environments that did not come to show what they showed.
    func restore(_ state: State) throws(EnvironmentError) -> [Int] {
        precondition(
            state.seed == episodeSeed && state.episodes.count == environments.count, "the state of other players")
        steps = []
        for index in environments.indices {
            let episode = state.episodes[index]
            played[index] = PlayedEpisode(number: episode.number)
            steps.append(try begin(index))
            for action in episode.actions(in: environments[index].actionSpace)
            where !steps[index].observation.flags.contains(.last) {
                try play(index, action)
            }
        }
        random = state.random
        policy.restore(state.policy)
        return environments.indices.filter {
            ShownObservation(steps[$0].observation) != state.shown[$0] || lengths[$0] != state.episodes[$0].count
        }
    }
}
