import AgentChoice
import Networks
import Tensors
import WorldModels

/// One agent of the Dreamer family as the learner holds it: parameters, optimisers, and the training step.
///
/// DreamerV3, DyMoDreamer and MuDreamer differ in `configuration` only. Not safe to share between threads.
public final class Agent {
    public let configuration: AgentConfiguration
    public let store: ParameterStore
    /// How `copyActingWeights` orders weights.
    public let actingLayout: ParameterLayout
    public var returnRange: ReturnRange
    private let model: WorldModel
    private let behavior: Behavior
    /// What is followed, and the slow copies that follow.
    private let slowCritic, slowValue: [(source: Parameter, target: Parameter)]
    private let arena = Arena()
    public let tape: Tape

    public init(_ configuration: AgentConfiguration, threads: Int) {
        self.configuration = configuration
        store = ParameterStore(Self.specifications(configuration))
        actingLayout = ParameterLayout(ActingPolicy.specifications(configuration))
        model = WorldModel(store, configuration)
        behavior = Behavior(store, model: model, configuration)
        slowCritic = store.pairs("critic", "slow_critic")
        slowValue = store.pairs("value", "slow_value")
        returnRange = ReturnRange(decay: configuration.returnDecay)
        tape = Tape(arena: arena, pool: ThreadPool(threads: threads))
    }

    /// Every parameter of the agent, in the reference's names and order.
    public static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        WorldModel.specifications(c) + Behavior.specifications(c)
    }

    /// Draws all parameters; slow copies start equal to what they follow.
    public func initialize(seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: "parameters")
        store.initialize(&random)
        store.copy("critic", to: "slow_critic")
        if configuration.valuePredictor { store.copy("value", to: "slow_value") }
    }

    /// What a training step reports.
    public struct Metrics: Sendable {
        public var world = WorldModel.Losses()
        public var spread = WorldModel.Spread()
        public var actor: Float = 0
        public var critic: Float = 0
        public var meanReturn: Float = 0
        public var entropy: Float = 0
        public var imaginedReward: Float = 0
        public var modelNorm: Float = 0
        public var actorNorm: Float = 0
        public var criticNorm: Float = 0
    }

    // MARK: Training

    /// Room for a batch in the step's arena; fill it, then call `train`.
    public func makeBatch(_ batch: Int, _ length: Int) -> SequenceBatchInput {
        tape.clear()
        arena.reset()
        return SequenceBatchInput(batch: batch, length: length, configuration: configuration, on: tape)
    }

    /// Room for a step's random numbers.
    public func makeNoise(rows: Int) -> StepNoise {
        StepNoise(rows: rows, configuration: configuration, on: tape)
    }

    /// One training step: world model, actor and critic, then the slow copies. Where a loss or a gradient is not finite
    /// (`Metrics.isFinite`) the agent stays as it was, to the last bit.
    public func train(_ batch: SequenceBatchInput, noise: StepNoise) -> Metrics {
        // Computing losses moves these two already.
        let range = returnRange
        let statistics = store.values(of: .statistics)
        let before = statistics.map { tape.tensor($0.rows, $0.columns) }
        if let statistics, let before { before.copy(from: statistics) }
        let metrics = gradients(batch, noise: noise)
        if metrics.isFinite {
            update(metrics)
        } else {
            returnRange = range
            if let statistics, let before { statistics.copy(from: before) }
        }
        return metrics
    }

    private func update(_ metrics: Metrics) {
        let c = configuration
        let model = AdamSettings(learningRate: c.modelLearningRate, epsilon: c.modelEpsilon, clip: c.modelClip)
        let behavior = AdamSettings(
            learningRate: c.behaviorLearningRate, epsilon: c.behaviorEpsilon, clip: c.behaviorClip)
        tape.measuring(.optimizer) {
            store.step(.model, model, norm: metrics.modelNorm, pool: tape.pool)
            store.step(.actor, behavior, norm: metrics.actorNorm, pool: tape.pool)
            store.step(.critic, behavior, norm: metrics.criticNorm, pool: tape.pool)
            for pair in slowCritic { pair.target.average(pair.source, decay: c.slowCriticDecay) }
            for pair in slowValue { pair.target.average(pair.source, decay: c.slowValueDecay) }
        }
    }

    /// Losses and gradients of all parameters, without a step.
    private func gradients(_ batch: SequenceBatchInput, noise: StepNoise) -> Metrics {
        var metrics = Metrics()
        tape.measuring(.optimizer) {
            for group in [ParameterGroup.model, .actor, .critic] { store.zeroGradients(group) }
        }
        let states = tape.training(.model) {
            let result = model.learn(batch, noise: noise, on: tape)
            metrics.world = result.losses
            metrics.spread = result.spread
            return result.states
        }
        let imagined = tape.measuring(.behavior) {
            behavior.losses(starts: states, terminal: batch.terminal, noise: noise, range: &returnRange, on: tape)
        }
        tape.backward()
        metrics.actor = imagined.actor
        metrics.critic = imagined.critic
        metrics.meanReturn = imagined.meanReturn
        metrics.entropy = imagined.entropy
        metrics.imaginedReward = imagined.imaginedReward
        tape.measuring(.optimizer) {
            metrics.modelNorm = store.gradientNorm(.model)
            metrics.actorNorm = store.gradientNorm(.actor)
            metrics.criticNorm = store.gradientNorm(.critic)
        }
        return metrics
    }
}

extension Agent.Metrics {
    /// Names and values as they are logged.
    public var named: [(name: String, value: Float)] {
        var all: [(String, Float)] = [
            ("loss.model", world.total), ("loss.actor", actor), ("loss.critic", critic),
            ("loss.reward", world.reward), ("loss.continue", world.continuation), ("loss.dyn", world.dynamics),
            ("loss.rep", world.representation),
        ]
        for (name, value) in [
            ("loss.image", world.image), ("loss.differential", world.differential),
            ("loss.divergence", world.divergence), ("loss.value", world.value), ("loss.action", world.action),
        ] {
            if let value { all.append((name, value)) }
        }
        return all + [
            ("stat.return", meanReturn), ("stat.entropy", entropy), ("stat.imagined_reward", imaginedReward),
            ("grad_norm.model", modelNorm), ("grad_norm.actor", actorNorm), ("grad_norm.critic", criticNorm),
            ("diagnostic.x_std", spread.features), ("diagnostic.h_std", spread.state),
        ]
    }

    /// Whether every loss and norm is a number: their sum is none if one of them is none.
    public var isFinite: Bool {
        let behavior = actor + critic + meanReturn + entropy + imaginedReward
        return (world.total + behavior + modelNorm + actorNorm + criticNorm).isFinite
    }

    /// The first value that is infinite or not a number.
    public var firstNotFinite: (name: String, value: Float)? {
        isFinite ? nil : named.first { !$0.value.isFinite } ?? ("the sum of all losses", .infinity)
    }
}
