import AgentChoice
import AgentFixtures
import Agents
import Foundation
import Inspection
import Measurements
import Networks
import Tensors
import TestSupport
import Testing
import WorldModels

@Suite(.blocking) struct BatchArchiveTests {
    /// What is written of a batch is what the fixtures' files hold, to the last byte.
    @Test(arguments: Fixture.names) func batchesAreWrittenAsTheyAreRead(name: String) throws {
        let agent = Agent(try Fixture.configuration(name), threads: 1)
        let file = try Archive(contentsOf: Fixture.directory(name).appendingPathComponent("batch.safetensors"))
        let (batch, noise) = try agent.read(file)
        let written = agent.archive(batch, noise)
        #expect(written.names == file.names)
        for name in file.names where written.entries[name]?.element == .uint8 {
            #expect(try written.uint8s(name, shape: file.entries[name]?.shape) == file.uint8s(name), "\(name)")
        }
        for name in file.names where written.entries[name]?.element == .float32 {
            #expect(try written.floats(name, shape: file.entries[name]?.shape) == file.floats(name), "\(name)")
        }
    }

    /// A batch that spoilt a step spoils it again when it is read back.
    @Test func aPoisonedBatchCanBeReadBack() throws {
        let agent = Agent(try Fixture.configuration("dreamerv3"), threads: 2)
        agent.initialize(seed: 5)
        let batch = agent.makeBatch(3, 6)
        fill(batch, agent.configuration, seed: 1)
        batch.rewards.slice(7..<8).fill(.nan)
        let noise = agent.makeNoise(rows: batch.rows)
        var random = RandomStream(seed: 3)
        noise.fill(&random, discrete: agent.configuration.discrete)
        let archive = try Archive(agent.archive(batch, noise).data())
        // Row 7 is step 2 of sequence 1.
        #expect(try archive.floats("reward", shape: [3, 6])[8].isNaN)
        let (read, readNoise) = try agent.read(archive)
        #expect(!agent.train(read, noise: readNoise).isFinite)
    }
}
