import AgentChoice
import AgentFixtures
import Agents
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
        ("mudreamer-modulated", "dynamic_encoder", true),
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
        ("dymodreamer-without-sequence", 34, 12 + 3), ("dymodreamer-appending-differential", 24, 12 + 3),
    ])
    func statesHaveTheirLength(name: String, features: Int, inputs: Int) throws {
        let agent = try agent(name)
        #expect(agent.store["actor.layers.0.weight"].rows == features)
        #expect(agent.store["rssm.input.weight"].rows == inputs)
    }

    @Test func theSpreadOfARepresentationIsReported() throws {
        let metrics = try agent("mudreamer").trainOnce(batch: 3, length: 6)
        for (metric, channels) in [(TrainingMetric.featureDeviation, 128.0), (.stateDeviation, 12)] {
            let spread = Double(try #require(metrics[metric]))
            #expect(spread > 0 && spread <= 1 / channels.squareRoot())
        }
    }
}
