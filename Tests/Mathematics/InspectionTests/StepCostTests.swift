import AgentChoice
import AgentFixtures
import Agents
import Inspection
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

    /// Size S, 16 × 64 steps of 64×64×3 images: the dense work that is published for these agents.
    @Test(arguments: [("dreamerv3", 814.0), ("dymodreamer", 1211), ("mudreamer", 830)])
    func nominalWorkIsThePublishedOne(agent: String, published: Double) throws {
        let cost = StepCost(try configuration(agent))
        #expect(abs(Double(cost.work.nominal) / 1e9 / published - 1) < 0.001)
        #expect(Double(cost.work.executed) < 0.85 * Double(cost.work.nominal))
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

    @Test func largerImagesAddAStageEach() throws {
        let works = try [64, 128, 256].map { size in
            StepCost(try configuration("mudreamer", ["agent.image=\(size)"])).work.nominal
        }
        #expect(works[0] < works[1] && works[1] < works[2])
        #expect(works[2] - works[1] > 2 * (works[1] - works[0]))
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
