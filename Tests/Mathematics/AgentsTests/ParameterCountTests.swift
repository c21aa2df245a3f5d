import AgentChoice
import AgentFixtures
import Agents
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.blocking) struct ParameterCountTests {
    /// Size S with four discrete actions, counted from the published tables.
    @Test func dreamerOfSizeSHasThePublishedSize() {
        var c = AgentConfiguration()
        (c.modulation, c.divergence, c.actions) = (false, false, 4)
        let specifications = Agent.specifications(c)
        func count(_ group: ParameterGroup) -> Int {
            specifications.filter { $0.group == group }.reduce(0) { $0 + $1.count }
        }
        #expect(count(.model) == 15_686_787)
        #expect(count(.actor) == 1_052_676)
        #expect(count(.critic) == 1_181_439)
        #expect(count(.slow) == count(.critic))
        #expect(count(.statistics) == 0)
    }

    @Test(arguments: Fixture.names) func namesAreUnique(name: String) throws {
        let names = Agent.specifications(try Fixture.configuration(name)).map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func outputsThatStartAtZeroDo() throws {
        let agent = Agent(try Fixture.configuration("mudreamer"), threads: 1)
        agent.initialize(seed: 1)
        for root in ["reward", "value", "slow_value", "critic", "slow_critic"] {
            #expect(agent.store.archived("\(root).out.weight").allSatisfy { $0 == 0 })
        }
        for root in ["continue", "actor", "action"] {
            #expect(agent.store.archived("\(root).out.weight").contains { $0 != 0 })
        }
        #expect(agent.store.archived("rssm.initial").allSatisfy { $0 == 0 })
        #expect(agent.store.archived("rssm.posterior_z.hidden.norm.running_variance").allSatisfy { $0 == 1 })
        #expect(agent.store.archived("slow_critic.layers.0.weight") == agent.store.archived("critic.layers.0.weight"))
    }
}
