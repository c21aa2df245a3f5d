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
    /// Other learners that train this agent, set before the first step; nil where there are none.
    public var exchange: (any GradientExchange)?
    let model: WorldModel
    let behavior: Behavior
    /// What is followed, and the slow copies that follow.
    let slowCritic, slowValue: [(source: Parameter, target: Parameter)]
    private let arena: Arena
    public let tape: Tape

    /// - Parameters:
    ///   - threads: that share the computing.
    ///   - backing: whether there is memory for parameters and steps. Where there is none, a step only counts what it
    ///     would take.
    public init(_ configuration: AgentConfiguration, threads: Int, backing: Backing = .memory) {
        self.configuration = configuration
        let declarations = ParameterDeclarations()
        (model, behavior) = Self.networks(declarations, configuration)
        store = ParameterStore(declarations, backing: backing)
        actingLayout = ParameterLayout(ActingPolicy.specifications(configuration))
        slowCritic = store.pairs("critic", "slow_critic")
        slowValue = store.pairs("value", "slow_value")
        returnRange = ReturnRange(decay: configuration.returnDecay)
        arena = Arena(backing: backing)
        tape = Tape(arena: arena, pool: ThreadPool(threads: threads))
    }

    /// Every parameter of the agent, in the reference's names and order.
    public static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        let declarations = ParameterDeclarations()
        _ = networks(declarations, c)
        return declarations.specifications
    }

    private static func networks(
        _ declarations: ParameterDeclarations, _ c: AgentConfiguration
    ) -> (WorldModel, Behavior) {
        let scope = declarations.scope(.model)
        let model = WorldModel(scope, c)
        return (model, Behavior(scope, model: model, c))
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

    // MARK: Room for a step

    /// Takes back all memory of the step before. A step on a batch that lies elsewhere begins with this.
    public func beginStep() {
        tape.clear()
        arena.reset()
    }

    /// Begins a step with room for a batch in its arena; fill it, then call `train`.
    public func makeBatch(_ batch: Int, _ length: Int) -> SequenceBatchInput {
        beginStep()
        return SequenceBatchInput(batch: batch, length: length, configuration: configuration, on: tape)
    }

    /// Room for a step's random numbers.
    public func makeNoise(rows: Int) -> StepNoise {
        StepNoise(rows: rows, configuration: configuration, on: tape)
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
    public var isFinite: Bool { (losses + modelNorm + actorNorm + criticNorm).isFinite }

    /// What one batch gives, without the norms, which may be those of several learners' gradients.
    var losses: Float { world.total + actor + critic + meanReturn + entropy + imaginedReward }

    /// The first value that is infinite or not a number.
    public var firstNotFinite: (name: String, value: Float)? {
        isFinite ? nil : named.first { !$0.value.isFinite } ?? ("the sum of all losses", .infinity)
    }
}
