import AgentChoice
import AgentFixtures
import Numbers
import Tensors
import TestSupport
import Testing

@testable import Agents
@testable import WorldModels

@Suite(.blocking, .serialized) struct ActingPolicyTests {
    private let environments = 3
    private let length = 7

    private func trained(_ name: String, maskStep: Int = 1) throws -> Agent {
        var configuration = try Fixture.configuration(name)
        configuration.maskStep = maskStep
        let agent = Agent(configuration, threads: 2)
        agent.initialize(seed: 5)
        for step in 0..<3 { _ = agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step)) }
        return agent
    }

    private func policy(of agent: Agent, seed: UInt64 = 7) throws -> ActingPolicy {
        let policy = ActingPolicy(agent.configuration, environments: environments, seed: seed)
        try policy.load(from: agent, version: 3)
        return policy
    }

    private func frame(_ c: AgentConfiguration, _ step: Int, _ environment: Int) -> [UInt8] {
        integers(c.imageBytes, seed: UInt64(step * environments + environment))
    }

    private func vector(_ c: AgentConfiguration, _ step: Int, _ environment: Int) -> [Float] {
        var random = RandomStream(seed: UInt64(step * environments + environment))
        return (0..<c.vector).map { _ in 4 * random.normal() }
    }

    private func integers(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = RandomStream(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// All episodes start at step 0, that of environment 1 again at step 4.
    private func starts(_ step: Int) -> [Bool] { (0..<environments).map { step == 0 || (step == 4 && $0 == 1) } }

    private func play(_ policy: ActingPolicy) -> [[[Float]]] {
        let c = policy.configuration
        return (0..<length).map { step in
            policy.act(
                images: c.seesImages ? (0..<environments).map { frame(c, step, $0) } : [],
                vectors: c.seesVectors ? (0..<environments).map { vector(c, step, $0) } : [], first: starts(step))
        }
    }

    /// What the actor chose is what the learner's unrolled model chooses from the same observations and noise.
    @Test(arguments: Fixture.names, [1, 3]) func actingIsTheLearnersModel(name: String, maskStep: Int) throws {
        let agent = try trained(name, maskStep: maskStep)
        let c = agent.configuration
        let acted = play(try policy(of: agent))

        let tape = Tape(arena: Arena(), pool: ThreadPool(threads: 1))
        let rows = length * environments
        // The frame before the first step is as black as an actor's before it has seen any.
        let batch = SequenceBatchInput(batch: environments, length: length, configuration: c, on: tape)
        batch.images?.copy(
            from: [UInt8](repeating: 0, count: environments * c.imageBytes)
                + (0..<rows).flatMap { frame(c, $0 / environments, $0 % environments) })
        batch.vectors?.copy(from: (0..<rows).flatMap { vector(c, $0 / environments, $0 % environments) })
        batch.first.copy(from: (0..<length).flatMap { starts($0).map { $0 ? 1 : 0 } })
        let first = batch.first
        let limited = tape.tensor(rows, c.actions)
        let nothing = [Float](repeating: 0, count: environments * c.actions)
        let before = nothing + acted.dropLast().joined().joined()
        limited.copy(from: before.map { $0 / max(1, abs($0)) })
        var random = RandomStream(seed: 7, purpose: "policy")
        let (noiseZ, noisePolicy) = (tape.tensor(rows, c.stochastic), tape.tensor(rows, c.policyNoise))
        let noiseD = c.modulation ? tape.tensor(rows, c.modulationStochastic) : nil
        for step in 0..<length {
            let now = step * environments..<(step + 1) * environments
            random.fillUniform(noiseZ.slice(now))
            if let noiseD { random.fillUniform(noiseD.slice(now)) }
            if c.discrete {
                random.fillUniform(noisePolicy.slice(now))
            } else {
                random.fillNormal(noisePolicy.slice(now))
            }
        }
        let representation = agent.model.representation
        let (features, differential) = representation.encode(
            batch.observations(0..<rows, stepsBefore: c.maskStep, on: tape), on: tape)
        let states = representation.sequence.observe(
            SequenceModel.Observations(
                batch: environments, length: length, features: features, differentialFeatures: differential,
                actions: limited, first: first, noiseZ: noiseZ, noiseD: noiseD),
            carry: nil, training: false, on: tape
        ).state
        let actor = agent.behavior.actor
        let chosen = actor.buffers(rows, tracked: false, on: tape)
        actor.act(states, noise: noisePolicy, into: chosen, on: tape)
        let expected = chosen.vectors(on: tape).value.array
        let got = acted.flatMap { $0.flatMap { $0 } }
        #expect(got.count == expected.count)
        #expect(zip(got, expected).allSatisfy { abs($0 - $1) <= 1e-4 })
        #expect(Set(acted.map { $0.flatMap { $0 } }).count > 1)
    }

    @Test func sameSeedActsTheSame() throws {
        let agent = try trained("dymodreamer")
        let (one, same, other) = (try policy(of: agent), try policy(of: agent), try policy(of: agent, seed: 8))
        let played = play(one)
        #expect(play(same) == played)
        #expect(play(other) != played)
    }

    /// Rounded products: probabilities, or means, near those of float32, and not the same.
    @Test(
        .enabled(if: MatrixLibrary.obstacle(to: .bfloat16) == nil, "there are no products of bfloat16 here"),
        arguments: ["dreamerv3", "dymodreamer", "mudreamer-continuous", "dreamerv3-vector"])
    func actingMayBeRounded(name: String) throws {
        let agent = try trained(name)
        func firstDistribution(_ precision: Precision) throws -> [Float] {
            let policy = ActingPolicy(agent.configuration, environments: environments, precision: precision, seed: 7)
            try policy.load(from: agent, version: 3)
            var steps: [ActingStep] = []
            policy.watch = { steps.append($0) }
            _ = play(policy)
            return try #require(steps.first).distribution[0]
        }
        let (exact, rounded) = (try firstDistribution(.float32), try firstDistribution(.bfloat16))
        #expect(exact != rounded)
        #expect(zip(exact, rounded).allSatisfy { abs($0 - $1) < 0.05 })
    }

    // MARK: Weights

    private func archived(_ agent: Agent) -> [String: [Float]] {
        let names = ActingPolicy.specifications(agent.configuration).map(\.name)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, agent.store.archived($0)) })
    }

    /// Bytes as they lie in memory and a checkpoint's values make the same policy.
    @Test(arguments: Fixture.names) func weightsAreThoseOfTheArchive(name: String) throws {
        let agent = try trained(name)
        let restored = ActingPolicy(agent.configuration, environments: environments, seed: 7)
        try restored.load(archived(agent), version: 3)
        #expect(play(restored) == play(try policy(of: agent)))
    }

    @Test func weightsLieOneAfterTheOther() throws {
        let agent = try trained("dymodreamer")
        let (layout, bytes) = (agent.actingLayout, agent.actingWeightBytes)
        #expect(bytes.count == layout.byteCount)
        var offset = 0
        for place in layout.places {
            let values = agent.store[place.name].value
            #expect((place.offset, place.rows, place.columns) == (offset, values.rows, values.columns))
            let lying = bytes[offset..<offset + place.byteCount].withUnsafeBytes { bytes in
                (0..<values.count).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
            }
            #expect(lying == values.array)
            offset += place.byteCount
        }
        #expect(offset == bytes.count)
    }

    @Test func layoutsOfOtherAgentsDiffer() throws {
        func fingerprint(_ change: (inout AgentConfiguration) -> Void) throws -> UInt64 {
            var c = try Fixture.configuration("dymodreamer")
            change(&c)
            return ParameterLayout(ActingPolicy.specifications(c)).fingerprint
        }
        let same = try (fingerprint { _ in }, fingerprint { $0.modelLearningRate *= 2 })
        #expect(same.0 == same.1)
        for other in try [fingerprint { $0.hidden += 1 }, fingerprint { $0.modulation = false }] {
            #expect(other != same.0)
        }
    }

    @Test func weightsOfAnotherLayoutAreRefusedAndChangeNothing() throws {
        let agent = try trained("dreamerv3")
        let acting = try policy(of: agent)
        let (bytes, fingerprint) = (agent.actingWeightBytes, agent.actingLayout.fingerprint)
        func load(_ bytes: [UInt8], _ fingerprint: UInt64) throws {
            try bytes.withUnsafeBytes { try acting.load($0, fingerprint: fingerprint, version: 4) }
        }
        let zeros = [UInt8](repeating: 0, count: bytes.count)
        #expect(throws: ActingPolicy.WeightsError.self) { try load(zeros, fingerprint ^ 1) }
        #expect(throws: ActingPolicy.WeightsError.self) { try load([UInt8](zeros.dropLast(4)), fingerprint) }
        #expect(acting.version == 3)
        #expect(play(acting) == play(try policy(of: agent)))
        try load(zeros, fingerprint)
        #expect(acting.version == 4)
    }

    @Test func incompleteWeightsAreRefusedAndChangeNothing() throws {
        let agent = try trained("dreamerv3")
        let acting = try policy(of: agent)
        var weights = archived(agent)
        weights["rssm.initial"] = nil
        #expect(throws: ActingPolicy.WeightsError.self) { try acting.load(weights, version: 4) }
        weights["rssm.initial"] = [1]
        #expect(throws: ActingPolicy.WeightsError.self) { try acting.load(weights, version: 4) }
        #expect(acting.version == 3)
        let fresh = try policy(of: agent)
        #expect(play(acting) == play(fresh))
    }
}
