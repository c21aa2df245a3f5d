import AgentChoice
import AgentFixtures
import Agents
import Measurements
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.blocking, .serialized) struct TrainingTests {
    private func agent(_ name: String, threads: Int = 2) throws -> Agent {
        let agent = Agent(try Fixture.configuration(name), threads: threads)
        agent.initialize(seed: 5)
        return agent
    }

    @Test(arguments: Fixture.names) func sameStepFromTheSameStateIsTheSameToTheLastBit(name: String) throws {
        let results = try (0..<2).map { _ in
            let agent = try agent(name)
            for step in 0..<3 { _ = agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step)) }
            return agent.bits
        }
        #expect(results[0] == results[1])
    }

    /// Also when another step came before, whose memory is used again.
    @Test func stepDoesNotSeeWhatLiesInItsMemory() throws {
        let fresh = try agent("dymodreamer")
        let used = try agent("dymodreamer")
        let before = used.store.names.map { used.store.archived($0) }
        let range = used.returnRange
        _ = used.trainOnce(batch: 4, length: 8, batchSeed: 9, noiseSeed: 9)
        for (name, values) in zip(used.store.names, before) { used.store.restore(name, from: values) }
        for name in used.store.trainedNames {
            for part in [ParameterStore.Part.mean, .square] {
                used.store.restore(name, part, from: fresh.store.archived(name, part))
            }
        }
        used.store.optimizerSteps = [:]
        used.returnRange = range
        _ = fresh.trainOnce(batch: 3, length: 6)
        _ = used.trainOnce(batch: 3, length: 6)
        #expect(fresh.bits == used.bits)
    }

    @Test(arguments: Fixture.names) func warmStepAsksForNoMemory(name: String) throws {
        let agent = try agent(name)
        _ = agent.trainOnce(batch: 3, length: 6)
        let capacity = agent.tape.arena.capacity
        for step in 0..<3 { _ = agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step)) }
        #expect(agent.tape.arena.capacity == capacity)
    }

    @Test(arguments: Fixture.names.filter { $0 != "mudreamer-128" }) func modelLossFallsOnOneBatch(name: String) throws
    {
        var configuration = try Fixture.configuration(name)
        configuration.modelLearningRate = 1e-3
        let agent = Agent(configuration, threads: 2)
        agent.initialize(seed: 5)
        let losses = (0..<150).map { step in
            agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step))
        }
        func fraction(_ metric: TrainingMetric) -> Float? {
            losses[0][metric].flatMap { start in losses.last?[metric].map { $0 / start } }
        }
        #expect(try #require(fraction(.modelLoss)) < 0.6)
        #expect(try #require(fraction(.rewardLoss)) < 0.8)
        if configuration.reconstruction != .none {
            for metric in [
                (TrainingMetric.imageLoss, configuration.seesImages), (.vectorLoss, configuration.seesVectors),
            ] {
                #expect((losses[0][metric.0] != nil) == metric.1)
                if metric.1 { #expect(try #require(fraction(metric.0)) < 0.6) }
            }
        }
        #expect(losses.allSatisfy { $0.isFinite })
    }

    @Test(arguments: ["dreamerv3", "dymodreamer"], [false, true])
    func modulationOutsideTheSequenceModelAndOneStepBatchesTrain(name: String, inSequence: Bool) throws {
        var configuration = try Fixture.configuration(name)
        configuration.modulationInSequence = inSequence
        configuration.horizon = 1
        let agent = Agent(configuration, threads: 2)
        agent.initialize(seed: 1)
        #expect(agent.trainOnce(batch: 2, length: 1).isFinite)
        #expect(agent.trainOnce(batch: 1, length: 4).isFinite)
    }

    @Test func deeperSizesAndOtherImagesTrain() throws {
        for (image, layers) in [(32, 1), (128, 3)] {
            var configuration = try Fixture.configuration("dymodreamer")
            (configuration.image, configuration.layers, configuration.convolutionDepth) = (image, layers, 2)
            let agent = Agent(configuration, threads: 2)
            agent.initialize(seed: 1)
            #expect(agent.trainOnce(batch: 2, length: 4).isFinite)
        }
    }
}
