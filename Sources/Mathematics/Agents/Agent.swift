import AgentChoice
import Networks
public import Numbers
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
    let model: WorldModel
    let behavior: Behavior
    /// Groups of parameters that optimisers step.
    let trained: [ParameterGroup]
    /// What is followed, and the slow copies that follow.
    let slowCritic, slowValue: [(source: Parameter, target: Parameter)]
    private let arena: Arena
    public let tape: Tape

    /// - Parameters:
    ///   - threads: that share the computing.
    ///   - precision: of the products of a training step, one to which there is no obstacle here.
    ///   - backing: whether there is memory for parameters and steps. Where there is none, a step only counts what it
    ///     would take.
    public convenience init(
        _ configuration: AgentConfiguration, threads: Int, precision: Precision = .float32, backing: Backing = .memory
    ) {
        self.init(configuration, pool: ThreadPool(threads: threads, precision: precision), backing: backing)
    }

    /// - Parameters:
    ///   - pool: threads that share the computing.
    ///   - backing: see the other one.
    public init(_ configuration: AgentConfiguration, pool: ThreadPool, backing: Backing = .memory) {
        self.configuration = configuration
        let declarations = ParameterDeclarations()
        (model, behavior) = Self.networks(declarations, configuration)
        store = ParameterStore(declarations, backing: backing)
        trained = ParameterGroup.optimized.filter(store.holds)
        actingLayout = ParameterLayout(ActingPolicy.specifications(configuration))
        slowCritic = store.pairs("critic", "slow_critic")
        slowValue = store.pairs("value", "slow_value")
        returnRange = ReturnRange(decay: configuration.returnDecay)
        arena = Arena(backing: backing)
        tape = Tape(arena: arena, pool: pool)
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

    /// Everything that training steps change, as it lies in memory, but for `returnRange` and the optimisers' counts of steps.
    package var rows: [Tensor] { (trained + [.slow, .statistics]).flatMap(store.rows) }

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

    // MARK: Forwards

    /// Everything that the world model predicts of a batch, forwards only, see `WorldModel.predict`.
    package func predict(_ batch: SequenceBatchInput, noise: StepNoise) {
        model.predict(batch, noise: noise, on: tape)
    }

    /// What there is to be predicted of the observations in a batch.
    public func errorBudget(_ batch: SequenceBatchInput) -> ErrorBudget {
        ErrorBudget(batch, configuration, on: tape)
    }
}
