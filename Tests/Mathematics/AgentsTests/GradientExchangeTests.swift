import AgentChoice
import AgentFixtures
import Foundation
import Measurements
import Tensors
import TestSupport
import Testing
import WorldModels

@testable import Agents

/// Learners that train one agent together, each on a thread of this process.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5))) struct GradientExchangeTests {
    /// What one learner trains on in a step.
    private struct Batch {
        var seed: UInt64
        var poisoned = false
    }

    private func agent(_ name: String) throws -> Agent {
        let agent = Agent(try Fixture.configuration(name), threads: 1)
        agent.initialize(seed: 5)
        return agent
    }

    private func train(_ agent: Agent, on seed: Batch) -> TrainingMetrics {
        let batch = agent.makeBatch(3, 6)
        fill(batch, agent.configuration, seed: seed.seed)
        if seed.poisoned { batch.rewards.slice(7..<8).fill(.nan) }
        let noise = agent.makeNoise(rows: batch.rows)
        var random = RandomStream(seed: seed.seed)
        noise.fill(&random, discrete: agent.configuration.discrete)
        return agent.train(batch, noise: noise)
    }

    /// Trains all agents at the same time, each on its own batches, and returns whether each step was finite.
    private func trainTogether(_ agents: [Agent], on batches: [[Batch]]) -> [[Bool]] {
        let meeting = Meeting(learners: agents.count)
        let results = Results(agents.count)
        for (index, agent) in agents.enumerated() {
            agent.exchange = Seat(meeting, index)
            // Safe: each agent is used by one thread until all have left the meeting.
            nonisolated(unsafe) let agent = agent
            let thread = Thread { results.set(index, batches[index].map { train(agent, on: $0).isFinite }) }
            thread.stackSize = 8 << 20
            thread.start()
        }
        return results.wait()
    }

    @Test(arguments: ["dreamerv3", "mudreamer-modulated", "dymodreamer-continuous"])
    func learnersOfDifferentBatchesStayTheSameAgent(name: String) throws {
        let agents = try (0..<2).map { _ in try agent(name) }
        let finite = trainTogether(
            agents, on: [[1, 2, 3].map { Batch(seed: $0) }, [4, 5, 6].map { Batch(seed: $0) }])
        #expect(finite.allSatisfy { $0 == [true, true, true] })
        #expect(agents[0].bits == agents[1].bits)
        #expect(agents[0].store.optimizerSteps == agents[1].store.optimizerSteps)
        // What they share is no one learner's: alone, the first comes to something else.
        let alone = try agent(name)
        for seed in [1, 2, 3] as [UInt64] { _ = train(alone, on: Batch(seed: seed)) }
        #expect(alone.bits != agents[0].bits)
    }

    /// The mean of equal gradients is the gradient itself.
    @Test func learnersOfTheSameBatchTrainAsOne() throws {
        let (agents, alone) = (try (0..<2).map { _ in try agent("mudreamer") }, try agent("mudreamer"))
        let batches = [1, 2].map { Batch(seed: $0) }
        _ = trainTogether(agents, on: [batches, batches])
        for batch in batches { _ = train(alone, on: batch) }
        #expect(agents[0].bits == alone.bits && agents[1].bits == alone.bits)
    }

    /// A batch that only one learner sees makes all of them leave the step out, and they go on together.
    @Test(arguments: ["dreamerv3", "mudreamer"]) func aBadStepIsLeftOutByAll(name: String) throws {
        let (agents, spared) = (try (0..<2).map { _ in try agent(name) }, try (0..<2).map { _ in try agent(name) })
        let bad = [
            [Batch(seed: 1), Batch(seed: 2, poisoned: true), Batch(seed: 3)],
            [Batch(seed: 4), Batch(seed: 5), Batch(seed: 6)],
        ]
        #expect(trainTogether(agents, on: bad) == [[true, false, true], [true, false, true]])
        _ = trainTogether(spared, on: bad.map { [$0[0], $0[2]] })
        #expect(agents[0].bits == agents[1].bits)
        #expect(agents[0].bits == spared[0].bits)
        #expect(agents[0].store.optimizerSteps == spared[0].store.optimizerSteps)
    }

    /// Free nats without end: a loss that is infinite while all gradients are numbers, which no other learner could see.
    @Test func aLossThatOneLearnerAloneKnowsIsMindedByAll() throws {
        var configuration = try Fixture.configuration("dreamerv3")
        configuration.freeNats = .infinity
        let agents = [Agent(configuration, threads: 1), try agent("dreamerv3")]
        agents[0].initialize(seed: 5)
        let before = agents.map(\.bits)
        #expect(trainTogether(agents, on: [[Batch(seed: 1)], [Batch(seed: 2)]]) == [[false], [false]])
        #expect(agents.map(\.bits) == before)
    }
}

/// Where learners wait for each other. Safe: all that changes is read and written under `condition`.
private final class Meeting: @unchecked Sendable {
    private let condition = NSCondition()
    private var offered: [[Float]]
    private var mean: [Float] = []
    private var here = 0
    private var round = 0

    init(learners: Int) { offered = Array(repeating: [], count: learners) }

    func mean(of values: [Float], from learner: Int) -> [Float] {
        condition.withLock {
            offered[learner] = values
            here += 1
            if here == offered.count {
                mean = values.indices.map { index in
                    offered.reduce(0) { $0 + $1[index] } / Float(offered.count)
                }
                (here, round) = (0, round + 1)
                condition.broadcast()
            } else {
                let mine = round
                while round == mine { condition.wait() }
            }
            return mean
        }
    }
}

private final class Seat: GradientExchange {
    private let meeting: Meeting
    private let learner: Int

    init(_ meeting: Meeting, _ learner: Int) { (self.meeting, self.learner) = (meeting, learner) }

    func average(_ values: Tensor) { values.copy(from: meeting.mean(of: values.array, from: learner)) }
}

/// What the threads leave behind. Safe: read and written under `condition`.
private final class Results: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [[Bool]?]

    init(_ count: Int) { results = Array(repeating: nil, count: count) }

    func set(_ index: Int, _ result: [Bool]) {
        condition.withLock {
            results[index] = result
            condition.broadcast()
        }
    }

    func wait() -> [[Bool]] {
        condition.withLock {
            while results.contains(where: { $0 == nil }) { condition.wait() }
            return results.compactMap { $0 }
        }
    }
}
