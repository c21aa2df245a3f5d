import AgentChoice
import AgentFixtures
import Measurements
import Tensors
import TestSupport
import Testing
import WorldModels

@testable import Agents

/// A training step whose batch is poisoned leaves everything as it was.
@Suite(.blocking, .serialized) struct BadBatchTests {
    enum Poison: CaseIterable { case reward, action }

    private func agent(_ name: String) throws -> Agent {
        let agent = Agent(try Fixture.configuration(name), threads: 2)
        agent.initialize(seed: 5)
        for step in 0..<2 { _ = agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step)) }
        return agent
    }

    private func poisoned(_ agent: Agent, _ poison: Poison) -> (SequenceBatchInput, StepNoise) {
        let batch = agent.makeBatch(3, 6)
        fill(batch, agent.configuration, seed: 1)
        switch poison {
        case .reward: batch.rewards.slice(7..<8).fill(.nan)
        case .action: batch.actions.slice(13..<14).fill(.infinity)
        }
        let noise = agent.makeNoise(rows: batch.rows)
        var random = RandomStream(seed: 3)
        noise.fill(&random, discrete: agent.configuration.discrete)
        return (batch, noise)
    }

    @Test(arguments: Fixture.names, Poison.allCases) func nothingIsLearntFromIt(name: String, poison: Poison) throws {
        let agent = try agent(name)
        let (bits, steps) = (agent.bits, agent.store.optimizerSteps)
        let (batch, noise) = poisoned(agent, poison)
        let metrics = agent.train(batch, noise: noise)
        #expect(!metrics.isFinite)
        #expect(metrics.firstNotFinite != nil)
        #expect(agent.bits == bits)
        #expect(agent.store.optimizerSteps == steps)
    }

    @Test(arguments: ["mudreamer", "mudreamer-modulated", "dymodreamer-continuous"])
    func theNextStepIsThatOfAnAgentThatNeverSawIt(name: String) throws {
        let (spared, tried) = (try agent(name), try agent(name))
        let (batch, noise) = poisoned(tried, .action)
        _ = tried.train(batch, noise: noise)
        let results = [spared, tried].map { $0.trainOnce(batch: 3, length: 6, noiseSeed: 8) }
        #expect(results.allSatisfy { $0.isFinite })
        #expect(spared.bits == tried.bits)
    }

    @Test func theFirstWrongValueIsNamed() throws {
        let agent = try agent("dreamerv3")
        let (batch, noise) = poisoned(agent, .reward)
        let bad = try #require(agent.train(batch, noise: noise).firstNotFinite)
        #expect(bad.metric == .modelLoss && bad.value.isNaN)
    }
}
