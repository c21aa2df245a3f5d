import AgentChoice
import AgentFixtures
import Measurements
import Tensors
import TestSupport
import Testing
import WorldModels

@testable import Agents

/// A batch in memory that is not the arena's: a step reads it there.
@Suite(.blocking, .serialized) struct BatchElsewhereTests {
    @Test(arguments: Fixture.names) func theStepIsTheSame(name: String) throws {
        let agents = try (0..<2).map { _ in
            let agent = Agent(try Fixture.configuration(name), threads: 2)
            agent.initialize(seed: 5)
            return agent
        }
        let c = agents[0].configuration
        let batch = agents[0].makeBatch(3, 6)
        fill(batch, c, seed: 1)
        var (images, vectors) = (batch.images?.array ?? [], batch.vectors?.array ?? [])
        var (actions, rewards) = (batch.actions.array, batch.rewards.array)
        var (first, terminal) = (batch.first.array, batch.terminal.array)
        let before = images
        let expected = agents[0].trainOnce(batch: 3, length: 6, batchSeed: 1, noiseSeed: 2)

        agents[1].beginStep()
        let found = images.withUnsafeMutableBufferPointer { images in
            vectors.withUnsafeMutableBufferPointer { vectors in
                actions.withUnsafeMutableBufferPointer { actions in
                    rewards.withUnsafeMutableBufferPointer { rewards in
                        first.withUnsafeMutableBufferPointer { first in
                            terminal.withUnsafeMutableBufferPointer { terminal in
                                agents[1].trainOnce(
                                    SequenceBatchInput(
                                        batch: 3, length: 6, configuration: c, images: images, vectors: vectors,
                                        actions: actions, rewards: rewards, first: first, terminal: terminal),
                                    noiseSeed: 2)
                            }
                        }
                    }
                }
            }
        }
        #expect(found.all.map(\.value) == expected.all.map(\.value) && expected.isFinite)
        #expect(agents[0].bits == agents[1].bits)
        #expect(images == before)
    }
}
