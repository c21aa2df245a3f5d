import AgentChoice
import AgentFixtures
import Agents
import Inspection
import Settings
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.blocking) struct ModelInventoryTests {
    @Test func dreamerOfSizeSHasThePublishedSize() {
        var c = AgentConfiguration()
        (c.modulation, c.divergence, c.actions) = (false, false, 4)
        let inventory = ModelInventory(c)
        #expect(inventory.parameters(.model) == 15_686_787)
        #expect(inventory.parameters(.actor) == 1_052_676)
        #expect(inventory.parameters(.critic) == 1_181_439)
        #expect(inventory.parameters(.slow) == inventory.parameters(.critic))
        #expect(inventory.gradientBytes == 4 * (15_686_787 + 1_052_676 + 1_181_439))
        #expect(inventory.optimizerBytes == 2 * inventory.gradientBytes)
    }

    /// All that is trained, without the decoder, which MuDreamer does not need.
    @Test func muDreamerOfSizeSHasThePublishedSize() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=mudreamer-without-decoder"]
        let inventory = ModelInventory(try layers.resolve().agent)
        let trained = inventory.parameters([.model, .actor, .critic])
        #expect((Double(trained) / 1e5).rounded() / 10 == 15.3)
    }

    @Test(arguments: Fixture.names) func modulesAddUpAndBroadcastWeightsAreThoseOfActing(name: String) throws {
        let c = try Fixture.configuration(name)
        let inventory = ModelInventory(c)
        let all = Agent.specifications(c).reduce(0) { $0 + $1.count }
        #expect(inventory.modules.reduce(0) { $0 + $1.parameters } == all)
        #expect(inventory.parameterBytes == 4 * all)
        let agent = Agent(c, threads: 1)
        #expect(inventory.broadcastBytes == 4 * agent.actingWeights.reduce(0) { $0 + $1.values.count })
        let encoders = (c.seesImages ? ["encoder"] : []) + (c.seesVectors ? ["vector_encoder"] : [])
        #expect(Set(inventory.modules.map(\.name)).isSuperset(of: encoders + ["rssm.prior_z", "reward", "actor"]))
    }
}
