import AgentChoice
import Networks
public import Numbers
import Tensors
import WorldModels

/// The part of an agent that acts: encoders, sequence model and actor, for a number of environments at once.
///
/// It keeps what acting carries from step to step: the state, the last images and the last actions. Not safe to share
/// between threads.
public final class ActingPolicy {
    /// How an action is taken from the policy.
    public enum Choice: Sendable {
        case sample
        /// The most probable action, or the mean.
        case mode
    }

    public let configuration: AgentConfiguration
    public let environments: Int
    /// Version of the weights, 0 before any were loaded.
    public private(set) var version: UInt64 = 0
    /// How `load` takes weights.
    public let actingLayout: ParameterLayout
    private let store: ParameterStore
    private let representation: Representation
    private let actor: Actor
    private let tape: Tape
    let carry: LatentState
    var history: FrameHistory?
    let lastActions: Tensor
    /// Holds what outlives a step.
    private let carryTape: Tape
    var random: RandomStream
    /// Whether there is a state from a step before.
    var hasCarry = false
    /// Gets each step as it was taken; nil where nobody looks.
    public var watch: ((ActingStep) -> Void)?

    /// - Parameters:
    ///   - environments: rows that act together.
    ///   - precision: of products, one to which there is no obstacle here.
    ///   - seed: of the noise that actions and states are sampled with.
    public init(
        _ configuration: AgentConfiguration, environments: Int, threads: Int = 1, precision: Precision = .float32,
        seed: UInt64
    ) {
        self.configuration = configuration
        self.environments = environments
        let declarations = ParameterDeclarations()
        (representation, actor) = Self.networks(declarations, configuration)
        actingLayout = ParameterLayout(declarations.specifications)
        store = ParameterStore(declarations)
        let pool = ThreadPool(threads: threads, precision: precision)
        tape = Tape(arena: Arena(chunkBytes: 4 << 20), pool: pool)
        tape.packedKernels = PackedKernels()
        carryTape = Tape(arena: Arena(chunkBytes: 2 << 20), pool: pool)
        carry = carryTape.latentState(environments, configuration)
        history =
            configuration.seesImages
            ? FrameHistory(
                environments: environments, bytes: configuration.imageBytes, steps: configuration.maskStep,
                on: carryTape) : nil
        lastActions = carryTape.tensor(environments, configuration.actions)
        random = RandomStream(seed: seed, purpose: "policy")
    }

    /// The parameters that acting needs, in the names of the whole agent: what the learner broadcasts.
    public static func specifications(_ c: AgentConfiguration) -> [ParameterSpecification] {
        let declarations = ParameterDeclarations()
        _ = networks(declarations, c)
        return declarations.specifications
    }

    private static func networks(
        _ declarations: ParameterDeclarations, _ c: AgentConfiguration
    ) -> (Representation, Actor) {
        let scope = declarations.scope(.model)
        return (Representation(scope, c), Actor(scope, c))
    }

    /// Lets `replace` change all weights.
    func replaceWeights(version: UInt64, _ replace: (ParameterStore) -> Void) {
        replace(store)
        tape.packedKernels?.removeAll()
        self.version = version
    }

    /// Chooses an action for each environment.
    /// - Parameters:
    ///   - images: pixels [size, size, channels] of each environment, where the agent sees images.
    ///   - vectors: numbers of each environment, where the agent sees vectors.
    ///   - first: whether each environment's episode has just begun.
    /// - Returns: action vectors.
    public func act(
        images: [[UInt8]] = [], vectors: [[Float]] = [], first: [Bool], choice: Choice = .sample
    ) -> [[Float]] {
        let c = configuration
        precondition(
            images.count == (c.seesImages ? environments : 0) && vectors.count == (c.seesVectors ? environments : 0)
                && first.count == environments,
            "\(images.count) images, \(vectors.count) vectors and \(first.count) flags of \(environments) environments")
        return tape.pool.withItsKernels { step(images, vectors, first, choice) }
    }

    private func step(
        _ images: [[UInt8]], _ vectors: [[Float]], _ first: [Bool], _ choice: Choice
    ) -> [[Float]] {
        tape.clear()
        tape.arena.reset()
        let observed = observations(images, vectors, first)
        let noise = drawNoise()
        let state = observe(observed, noise)
        let policy = actor.buffers(environments, tracked: false, on: tape)
        actor.act(state, noise: noise.policy, into: policy, on: tape)
        if choice == .mode { policy.takeMode(on: tape) }
        lastActions.copy(from: policy.vectors(on: tape).value)
        if let images = observed.images { history?.append(images, first: observed.first) }
        carry.copy(from: state)
        hasCarry = true
        watch?(
            ActingStep(
                images: images, vectors: vectors, first: observed.first.array.map { $0 != 0 }, noiseZ: noise.z.array,
                noiseD: noise.d?.array, noisePolicy: noise.policy.array, distribution: policy.parameters,
                actions: lastActions.array))
        return (0..<environments).map { lastActions.slice($0..<$0 + 1).array }
    }

    private func observations(_ images: [[UInt8]], _ vectors: [[Float]], _ first: [Bool]) -> Observations {
        let starts = tape.bytes(environments)
        // A policy whose weights arrive in the middle of an episode knows nothing of what was before.
        starts.copy(from: first.map { $0 || !hasCarry ? 1 : 0 })
        let (size, width) = (configuration.imageBytes, configuration.vector)
        let pixels = history.map { _ in tape.bytes(environments * size) }
        for (row, image) in images.enumerated() { pixels?.slice(row * size..<(row + 1) * size).copy(from: image) }
        let numbers = width > 0 ? tape.tensor(environments, width) : nil
        for (row, vector) in vectors.enumerated() { numbers?.slice(row..<row + 1).copy(from: vector) }
        return Observations(
            images: pixels, previous: history.map { $0.previous(on: tape) }, vectors: numbers, first: starts)
    }

    /// The random numbers of one step: uniform [environments, groups] of z and d, and what the action takes.
    private typealias Noise = (z: Tensor, d: Tensor?, policy: Tensor)

    private func drawNoise() -> Noise {
        let c = configuration
        let noise: Noise = (
            tape.tensor(environments, c.stochastic),
            c.modulation ? tape.tensor(environments, c.modulationStochastic) : nil,
            tape.tensor(environments, c.policyNoise)
        )
        random.fillUniform(noise.z)
        if let d = noise.d { random.fillUniform(d) }
        if c.discrete { random.fillUniform(noise.policy) } else { random.fillNormal(noise.policy) }
        return noise
    }

    private func observe(_ observed: Observations, _ noise: Noise) -> LatentState {
        let (features, differential) = representation.encode(observed, on: tape)
        let limited = tape.tensor(environments, configuration.actions)
        tape.limited(.constant(lastActions), into: .constant(limited))
        return representation.step(
            SequenceModel.Observations(
                batch: environments, length: 1, features: features,
                differentialFeatures: differential, actions: limited, first: observed.first, noiseZ: noise.z,
                noiseD: noise.d),
            carry: carry, on: tape)
    }
}

extension Actor.Distribution {
    /// Probabilities [rows, actions], or means and then deviations, each [rows, actions].
    var parameters: [[Float]] {
        switch self {
        case .categorical(let p, _): [p.value.array]
        case .normal(let policy, _): [policy.mean.value.array, policy.deviation.value.array]
        }
    }

    /// Replaces the drawn actions by the most probable ones.
    func takeMode(on tape: Tape) {
        switch self {
        case .categorical(let p, let chosen): tape.argmax(p, into: chosen)
        case .normal(let policy, let action): action.value.copy(from: policy.mean.value)
        }
    }
}

extension Agent {
    /// The weights that acting needs, in the archive's order.
    public var actingWeights: [(name: String, shape: [Int], values: [Float])] {
        ActingPolicy.specifications(configuration).map { specification in
            (specification.name, specification.shape, store.archived(specification.name))
        }
    }
}
