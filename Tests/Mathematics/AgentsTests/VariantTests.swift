import AgentChoice
import AgentFixtures
import Agents
import Glibc
import Measurements
import Settings
import Tensors
import TestSupport
import Testing
import WorldModels

/// Every named agent, at a size that trains in moments.
@Suite(.blocking, .serialized) struct VariantTests {
    static let tiny = [
        "agent.image=16", "agent.cnn_depth=4", "agent.deter=12", "agent.hidden=16", "agent.stoch=3", "agent.classes=4",
        "agent.mod_stoch=2", "agent.mod_classes=5", "agent.actions=3", "agent.horizon=3", "agent.model_lr=1e-3",
    ]

    private func agent(_ name: String, _ settings: [String] = []) throws -> Agent {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=\(name)"] + Self.tiny + settings
        let agent = Agent(try layers.resolve().agent, threads: 2)
        agent.initialize(seed: 5)
        return agent
    }

    @Test(arguments: AgentVariants.all.map(\.name), ["true", "false"])
    func everyAgentTrains(name: String, discrete: String) throws {
        let agent = try agent(name, ["agent.discrete=\(discrete)"])
        let steps = (0..<60).map { agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64($0)) }
        #expect(steps.allSatisfy { $0.isFinite })
        let (first, last) = (try #require(steps[0][.modelLoss]), try #require(steps[59][.modelLoss]))
        #expect(last < 0.9 * first)
    }

    /// What an ablation changes is there, or is gone.
    @Test(arguments: [
        ("dymodreamer-latent-difference", "dynamic_encoder", false),
        ("dymodreamer-latent-difference", "rssm.prior_d", false),
        ("dymodreamer-reconstructing-differential", "differential_decoder", true),
        ("dymodreamer-reconstructing-differential", "dynamic_encoder", true),
        ("dymodreamer-appending-differential", "dynamic_encoder", false),
        ("mudreamer-without-value", "value", false), ("mudreamer-without-value", "action", true),
        ("mudreamer-without-action", "action", false), ("mudreamer-without-decoder", "decoder", false),
        ("mudreamer-modulated", "dynamic_encoder", true), ("dymodreamer-reconstruction-only", "rssm.prior_d", true),
    ])
    func partsFollowFromTheName(name: String, part: String, exists: Bool) throws {
        let names = try agent(name).store.names
        #expect(names.contains { $0.hasPrefix(part + ".") } == exists)
    }

    @Test func appendingDoublesTheEncodersChannels() throws {
        #expect(try agent("dymodreamer-appending-differential").store["encoder.convs.0.weight"].rows == 16 * 6)
        #expect(try agent("dreamerv3").store["encoder.convs.0.weight"].rows == 16 * 3)
    }

    /// 12 of h and 12 of z; beside them 10 of d, or another 12.
    @Test(arguments: [
        ("dreamerv3", 24, 12 + 3), ("dymodreamer", 34, 22 + 3), ("dymodreamer-latent-difference", 36, 24 + 3),
        ("dymodreamer-without-sequence", 34, 12 + 3), ("dymodreamer-reconstruction-only", 24, 12 + 3),
        ("dymodreamer-appending-differential", 24, 12 + 3),
    ])
    func statesHaveTheirLength(name: String, features: Int, inputs: Int) throws {
        let agent = try agent(name)
        #expect(agent.store["actor.layers.0.weight"].rows == features)
        #expect(agent.store["rssm.input.weight"].rows == inputs)
    }

    /// What only the decoder sees still has a prior and a posterior, and the decoder's input is longer by it.
    @Test func dOfReconstructionOnlyReachesTheDecoderAlone() throws {
        let agent = try agent("dymodreamer-reconstruction-only")
        #expect(agent.store["decoder.input.weight"].rows == 34)
        for head in ["reward", "continue", "actor", "critic"] {
            #expect(agent.store["\(head).layers.0.weight"].rows == 24, "\(head)")
        }
    }

    /// Vectors in the place of images, and beside them: for all that does not mask images.
    @Test(arguments: ["dreamerv3", "mudreamer", "mudreamer-without-decoder"], ["true", "false"])
    func vectorsAloneTrain(name: String, discrete: String) throws {
        let agent = try agent(name, ["agent.discrete=\(discrete)", "agent.image=0", "agent.vector=5"])
        #expect(!agent.store.names.contains { $0.hasPrefix("encoder.") || $0.hasPrefix("decoder.") })
        let steps = (0..<60).map { agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64($0)) }
        #expect(steps.allSatisfy { $0.isFinite && $0[.imageLoss] == nil && $0[.maskShare] == nil })
        #expect(try #require(steps[59][.modelLoss]) < 0.9 * (try #require(steps[0][.modelLoss])))
    }

    @Test(arguments: AgentVariants.all.map(\.name)) func vectorsBesideImagesAndSeveralActionsTrain(name: String) throws
    {
        let agent = try agent(name, ["agent.vector=5", "agent.actions=9", "agent.action_groups=4,2,3"])
        let steps = (0..<3).map { agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64($0)) }
        #expect(steps.allSatisfy { $0.isFinite })
    }

    /// Sizes of their own for the encoder of o′ and for the critic.
    @Test func theDynamicEncoderAndTheCriticMayBeSmaller() throws {
        let agent = try agent(
            "dymodreamer", ["agent.dynamic_cnn_depth=2", "agent.critic_layers=1", "agent.mlp_layers=3"])
        #expect(agent.store["encoder.convs.0.weight"].columns == 4)
        #expect(agent.store["dynamic_encoder.convs.0.weight"].columns == 2)
        #expect(agent.store["rssm.posterior_d.hidden.weight"].rows == 12 + 16 * 4)
        #expect(agent.store.names.contains("actor.layers.2.weight"))
        #expect(!agent.store.names.contains("critic.layers.1.weight"))
        #expect(!agent.store.names.contains("slow_critic.layers.1.weight"))
        #expect(agent.trainOnce(batch: 3, length: 6).isFinite)
    }

    /// A decoder on stopped features has an optimiser of its own: however large its gradient, the others are cut as ever.
    @Test func aStoppedDecoderHasNoEffectOnTheRest() throws {
        func trained(decoderScale: Float) throws -> (norm: Float, bits: [[UInt32]]) {
            let agent = try agent("mudreamer", ["agent.model_clip=1"])
            agent.store["decoder.input.bias"].value.fill(decoderScale)
            let norm = try #require(agent.trainOnce(batch: 3, length: 6)[.decoderGradientNorm])
            let others = agent.store.names.filter { !$0.hasPrefix("decoder.") }
            return (norm, others.map { agent.store.archived($0).map(\.bitPattern) })
        }
        let (usual, large) = (try trained(decoderScale: 0), try trained(decoderScale: 50))
        #expect(usual.norm > 1 && abs(large.norm / usual.norm - 1) > 0.1)
        #expect(usual.bits == large.bits)
        #expect(try agent("dreamerv3").trainOnce(batch: 3, length: 6)[.decoderGradientNorm] == nil)
    }

    /// What moves, and where the image's error lies, of the last frames: both parts together are these frames' loss.
    @Test(arguments: ["dreamerv3", "mudreamer", "mudreamer-without-decoder"])
    func whatMovesIsMeasured(name: String) throws {
        let metrics = try agent(name).trainOnce(batch: 3, length: 1)
        // A sequence of one step that starts an episode has no frame before it.
        #expect(metrics[.maskShare] == nil)
        let later = try agent(name).trainOnce(batch: 3, length: 6)
        let share = try #require(later[.maskShare])
        #expect(share > 0 && share < 1)
        let decodes = name != "mudreamer-without-decoder"
        #expect((later[.movingImageError] != nil) == decodes && (later[.stillImageError] != nil) == decodes)
        if decodes { #expect(later[.movingImageError]! + later[.stillImageError]! > 0) }
    }

    /// A still world of which one pixel in each frame flashes: all that varies is what moves.
    @Test func theBudgetIsTheErrorOfTheMean() throws {
        let agent = try agent("dreamerv3", ["agent.mask_dilation=1", "agent.vector=1"])
        let batch = agent.makeBatch(2, 4)
        let size = agent.configuration.imageBytes
        var pixels = [UInt8](repeating: 255, count: 10 * size)
        // Frames stand time-major behind those of the step before; the flash is on in every second step.
        for frame in stride(from: 2, to: 10, by: 4) { for row in 0..<2 { pixels[(frame + row) * size + 7] = 0 } }
        try #require(batch.images).copy(from: pixels)
        try #require(batch.vectors).copy(from: (0..<8).map { $0 % 2 == 0 ? 1 : -1 })
        batch.first.copy(from: [UInt8](repeating: 0, count: 8))
        let budget = agent.errorBudget(batch)
        #expect(abs(try #require(budget.image) - 0.25) < 1e-6)
        #expect(budget.movingShare == 1)
        #expect(budget.maskShare == 1 / Double(size))
        let symlog = log(2.0)
        #expect(abs(try #require(budget.vector) - symlog * symlog) < 1e-6)
    }

    @Test func theSpreadOfARepresentationIsReported() throws {
        let metrics = try agent("mudreamer").trainOnce(batch: 3, length: 6)
        for (metric, channels) in [(TrainingMetric.featureDeviation, 128.0), (.stateDeviation, 12)] {
            let spread = Double(try #require(metrics[metric]))
            #expect(spread > 0 && spread <= 1 / channels.squareRoot())
        }
    }
}
