import AgentChoice
import AgentFixtures
import Agents
import Inspection
import Measurements
import Settings
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.blocking) struct StepCostTests {
    private func configuration(_ agent: String, _ settings: [String] = []) throws -> AgentConfiguration {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=\(agent)"] + settings
        return try layers.resolve().agent
    }

    /// Size S, 16 × 64 steps of 64×64×3 images: our own count of a whole training step, which nobody has published.
    @Test(arguments: [("dreamerv3", 814.0), ("dymodreamer", 1211), ("mudreamer", 830)])
    func nominalWorkOfAWholeStepStaysWhatItIs(agent: String, gigaflop: Double) throws {
        let cost = StepCost(try configuration(agent))
        #expect(abs(Double(cost.work.nominal) / 1e9 / gigaflop - 1) < 0.001)
        #expect(Double(cost.work.executed) < 0.85 * Double(cost.work.nominal))
    }

    /// Table 11 of the MuDreamer paper, 10⁹ multiply-adds of one world-model forward over 64 frames: it gives 4.3, 7.0 and 18.0
    /// for DreamerV3 and 2.5, 3.8 and 9.3 for MuDreamer; these are the same networks with a digit more.
    @Test(
        arguments: [
            ("dreamerv3", 64, 4.34), ("dreamerv3", 128, 7.09), ("dreamerv3", 256, 18.09),
            ("mudreamer-without-decoder", 64, 2.50), ("mudreamer-without-decoder", 128, 3.88),
            ("mudreamer-without-decoder", 256, 9.38),
        ])
    func aForwardIsThatOfThePapersTable(agent: String, image: Int, published: Double) throws {
        let cost = ForwardCost.multiplyAdds(try configuration(agent, ["agent.image=\(image)", "agent.actions=4"]))
        #expect(abs(Double(cost) / 1e9 - published) <= 0.005)
    }

    /// Every product of a forward by hand, for the smallest of all that can be switched on.
    @Test func aTinyForwardIsTheSumOfItsProducts() throws {
        let cost = ForwardCost.multiplyAdds(
            try configuration(
                "mudreamer",
                [
                    "agent.image=16", "agent.vector=3", "agent.cnn_depth=2", "agent.deter=3", "agent.hidden=5",
                    "agent.stoch=2", "agent.classes=2", "agent.actions=2", "agent.bins=7", "agent.mlp_layers=1",
                ]))
        let encoders = 64 * 48 * 2 + 16 * 32 * 4 + 3 * 5
        // [z, a] to 5, [5, 3] to 9 gates, the prior of 3 and the posterior of [3, 64, 5].
        let sequence = 6 * 5 + 8 * 9 + (3 * 5 + 5 * 4) + (72 * 5 + 5 * 4)
        let decoders = 7 * 64 + 16 * 4 * 32 + 64 * 2 * 48 + (7 * 5 + 5 * 3)
        let heads = 2 * (7 * 5 + 5 * 7) + (7 * 5 + 5 * 1) + ((69 + 7) * 5 + 5 * 2)
        #expect(cost == 64 * (encoders + sequence + decoders + heads))
    }

    /// Forward products of one step of one sequence of the smallest world, by hand.
    @Test func aTinyStepIsTheSumOfItsProducts() throws {
        let cost = StepCost(
            try configuration(
                "dreamerv3",
                [
                    "agent.image=16", "agent.cnn_depth=2", "agent.deter=3", "agent.hidden=5", "agent.stoch=2",
                    "agent.classes=2", "agent.actions=2", "agent.bins=7", "agent.mlp_layers=1", "agent.batch=1",
                    "agent.length=1", "agent.horizon=1",
                ]))
        func nominal(_ name: String) -> Int { cost.parts.first { $0.name == name }?.work.nominal ?? 0 }
        // 8×8 positions of 48 values to 2 channels without, 4×4 of 32 to 4 with a gradient of the input.
        #expect(nominal("encoders") == 2 * (64 * 48 * 2 * 2 + 16 * 32 * 4 * 3))
        // z and a to 5; [5, 3] to 9 gates; posterior of [3, 64], prior, and prior at the initial state.
        let heads = (67 * 5 + 5 * 4) + 2 * (3 * 5 + 5 * 4)
        #expect(nominal("sequence model") == 2 * (4 * 5 * 3 + 2 * 5 * 2 + 8 * 9 * 3 + heads * 3))
        #expect(nominal("decoder") == 2 * 3 * (7 * 64 + 16 * 4 * 32 + 64 * 2 * 48))
        #expect(nominal("heads") == 2 * 3 * (7 * 5 + 5 * 7 + 7 * 5 + 5 * 1))
        // One step forwards; rewards and continuations of two states.
        #expect(
            nominal("imagination")
                == 2 * (6 * 5 + 8 * 9 + 3 * 5 + 5 * 4 + 2 * (7 * 5 + 5 * 7 + 7 * 5 + 5 * 1)))
        #expect(nominal("actor") == 2 * (7 * 5 * 2 + 5 * 2 * 3 + 7 * 5 + 5 * 2))
        #expect(nominal("critic") == 2 * (2 * (7 * 5 + 5 * 7) + (7 * 5 * 2 + 5 * 7 * 3) + (7 * 5 + 5 * 7)))
    }

    /// A run that only counts goes the way of one that computes: the same products, the same memory.
    @Test(arguments: Fixture.names, [(3, 8), (8, 12)])
    func countsAreThoseOfARealStep(name: String, shape: (Int, Int)) throws {
        var c = try Fixture.configuration(name)
        (c.batch, c.length) = shape
        (c.image, c.hidden, c.deterministic) = (64, 48, 64)
        let agent = Agent(c, threads: 1)
        agent.initialize(seed: 1)
        _ = agent.trainOnce(batch: c.batch, length: c.length)
        let cost = StepCost(c)
        for part in StepPart.allCases {
            let counted = cost.parts.first { $0.name == part.name }?.work ?? WorkCount()
            #expect(counted == agent.tape.work[part], "\(part)")
        }
        #expect(cost.activationBytes == agent.tape.arena.peak)
    }

    /// Parameters, optimiser and activations of this agent are several times what most machines have.
    @Test func whatDoesNotFitIsCountedToo() throws {
        var layers = ConfigurationLayers()
        layers.size = "XL"
        layers.overrides = ["agent.agent=dymodreamer", "agent.image=256", "agent.batch=256"]
        let c = try layers.resolve().agent
        #expect(StepCost(c).activationBytes + ModelInventory(c).heldBytes > 400 << 30)
    }
}
