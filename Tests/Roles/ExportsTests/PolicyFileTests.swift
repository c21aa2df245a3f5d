import AgentChoice
import Agents
import Diagnostics
import Experience
import Exports
import Foundation
import Networks
import Settings
import Tensors
import TestSupport
import Testing

@Suite struct PolicyFileTests {
    private func exported(to directory: TemporaryDirectory) throws -> String {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = [
            "agent.agent=mudreamer", "agent.image=16", "agent.actions=3", "environment.id=cartpole/swingup",
        ]
        let configuration = try layers.resolve()
        let agent = Agent(configuration.agent, threads: 1)
        agent.initialize(seed: 1)
        let weights = Dictionary(uniqueKeysWithValues: agent.store.names.map { ($0, agent.store.archived($0)) })
        let description = PolicyDescription(configuration, policyVersion: 4, trainSteps: 9, release: "2.0")
        _ = try RunExport(PolicyFile(description, weights: weights)).write(to: directory("out"))
        return directory("out")
    }

    private func refusal(_ path: String) throws -> String {
        try #require(throws: UserError.self) { try PolicyFile(contentsOf: path) }.message
    }

    @Test func whatWasWrittenIsRead() throws {
        let directory = try TemporaryDirectory()
        let out = try exported(to: directory)
        let file = try PolicyFile(contentsOf: out + "/policy.safetensors")
        #expect(file.description.policyVersion == 4 && file.description.trainSteps == 9)
        #expect(file.description.environment.id == "cartpole/swingup" && file.description.agent.actions == 3)
        let names = ActingPolicy.specifications(file.description.agent).map(\.name)
        #expect(Set(file.weights.keys) == Set(names) && names.contains("rssm.posterior_z.hidden.norm.running_mean"))
        let model = try PolicyFile(contentsOf: out + "/model.safetensors")
        #expect(model.description == file.description && model.weights == file.weights)
        let all = try Archive(contentsOf: URL(fileURLWithPath: out + "/model.safetensors"))
        #expect(Set(all.names) == Set(Agent.specifications(file.description.agent).map(\.name)))
        let text = try Data(contentsOf: URL(fileURLWithPath: out + "/config.json"))
        #expect(try JSONDecoder().decode(PolicyDescription.self, from: text) == file.description)
    }

    @Test func whatIsNoPolicyIsRefusedInOneLine() throws {
        let directory = try TemporaryDirectory()
        let out = try exported(to: directory)
        #expect(try refusal(directory("absent")).contains("cannot be read"))
        let path = out + "/policy.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var damaged = whole
        damaged[damaged.endIndex - 100] ^= 1
        try damaged.write(to: URL(fileURLWithPath: path))
        #expect(try refusal(path) == "\(path): its checksum is not that of its bytes")
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
        #expect(try refusal(path).contains("cut short"))
        var strange = Archive()
        strange.set("x", [1], shape: [1])
        try strange.write(to: URL(fileURLWithPath: path))
        #expect(try refusal(path).contains("dreamer export"))
    }

    /// The format's own field is looked at before anything else is believed.
    @Test func whatLaterReleasesWriteIsRefused() throws {
        let directory = try TemporaryDirectory()
        let path = try exported(to: directory) + "/policy.safetensors"
        var archive = try Archive(contentsOf: URL(fileURLWithPath: path))
        archive.metadata["config"] = archive.metadata["config"]?.replacing("\"format\" : 1,", with: "\"format\" : 2,")
        try archive.write(to: URL(fileURLWithPath: path), sealed: true)
        #expect(try refusal(path).contains("has format 2"))
    }
}
