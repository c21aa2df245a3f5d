import AgentChoice
import AgentFixtures
import Agents
import Measurements
import Tensors
import TestSupport
import Testing
import WorldModels

/// A step in which one thread makes the parts of many is the step that many make.
@Suite(.blocking) struct RehearsedStepTests {
    private func parameters(_ pool: ThreadPool, _ configuration: AgentConfiguration) -> [[Float]] {
        let agent = Agent(configuration, pool: pool)
        agent.initialize(seed: 3)
        var random = RandomStream(seed: 4)
        for _ in 0..<2 {
            let batch = agent.makeBatch(configuration.batch, configuration.length)
            batch.images?.copy(from: (0..<batch.images!.count).map { UInt8(truncatingIfNeeded: $0 &* 37) })
            batch.actions.copy(
                from: (0..<batch.actions.count).map { $0 % configuration.actions == 0 ? 1 : 0 })
            batch.rewards.copy(from: (0..<batch.rows).map { Float($0 % 3) })
            batch.first.copy(from: (0..<batch.rows).map { $0 < configuration.batch ? 1 : 0 })
            batch.terminal.copy(from: [UInt8](repeating: 0, count: batch.rows))
            let noise = agent.makeNoise(rows: batch.rows)
            noise.fill(&random, discrete: configuration.discrete)
            pool.trace?.begin()
            let metrics = agent.train(batch, noise: noise)
            pool.trace?.end()
            #expect(metrics.isFinite)
        }
        return agent.store.names.map { agent.store.archived($0) }
    }

    @Test(arguments: [3, 20]) func isTheSameToTheLastBit(threads: Int) {
        var c = AgentConfiguration()
        (c.convolutionDepth, c.deterministic, c.hidden, c.batch, c.length, c.horizon) = (8, 64, 64, 4, 8, 5)
        let real = parameters(ThreadPool(threads: threads), c)
        let rehearsed = parameters(ThreadPool(tracing: threads, rehearses: true), c)
        #expect(real == rehearsed)
        #expect(real != parameters(ThreadPool(threads: 1), c), "loops of this size are not shared")
    }
}
