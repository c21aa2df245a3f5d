import AgentChoice
import AgentFixtures
import Agents
import Diagnostics
import Exports
import Foundation
import Settings
import Tensors
import TestSupport
import Testing

/// What was exported does the same elsewhere: plain numpy and onnxruntime take every step of a play again, from the files alone.
@Suite(.blocking, .serialized, .enabled(if: PythonPackages.isThere, PythonPackages.reason))
struct ExportParityTests {
    /// An observation and an action, by their settings.
    private static let tasks: [(name: String, settings: [String])] = [
        ("image-discrete", []),
        ("image-groups", ["agent.actions=7", "agent.action_groups=3,4"]),
        ("image-continuous", ["agent.actions=2", "agent.discrete=false"]),
        ("both-groups", ["agent.vector=5", "agent.actions=7", "agent.action_groups=3,4"]),
        ("both-continuous", ["agent.vector=5", "agent.actions=2", "agent.discrete=false"]),
        ("vector-discrete", ["agent.image=0", "agent.vector=5"]),
        ("vector-continuous", ["agent.image=0", "agent.vector=5", "agent.actions=2", "agent.discrete=false"]),
    ]
    private static let tiny = [
        "agent.image=32", "agent.cnn_depth=4", "agent.deter=12", "agent.hidden=10", "agent.stoch=4", "agent.classes=5",
        "agent.mod_stoch=3", "agent.mod_classes=4", "agent.bins=17", "agent.actions=5", "agent.batch=3",
        "agent.length=6",
        "agent.horizon=3", "actors.trajectory_steps=8",
    ]
    private static let rows = 2
    private static let steps = 12

    private func configuration(_ agent: String, _ settings: [String]) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=\(agent)"] + Self.tiny + settings
        return try layers.resolve()
    }

    /// Exports an agent that has trained a little, and plays with what it reads back.
    private func export(_ configuration: Configuration, to directory: String) throws {
        let agent = Agent(configuration.agent, threads: 2)
        agent.initialize(seed: 5)
        for step in 0..<3 { _ = agent.trainOnce(batch: 3, length: 6, noiseSeed: UInt64(step)) }
        let weights = Dictionary(uniqueKeysWithValues: agent.store.names.map { ($0, agent.store.archived($0)) })
        let description = PolicyDescription(configuration, policyVersion: 3, trainSteps: 3, release: "test")
        _ = try RunExport(PolicyFile(description, weights: weights)).write(to: directory)
        try play(PolicyFile(contentsOf: directory + "/policy.safetensors"), directory)
    }

    private func play(_ file: PolicyFile, _ directory: String) throws {
        let c = file.description.agent
        let policy = ActingPolicy(c, environments: Self.rows, seed: 7)
        try policy.load(file.weights, version: 3)
        var trace = ActingTrace()
        policy.watch = { trace.add($0) }
        var random = RandomStream(seed: 11)
        for step in 0..<Self.steps {
            // Still pictures with a few moving pixels, so that masks are neither empty nor full.
            let images = (0..<Self.rows).map { row in
                (0..<c.imageBytes).map { index in
                    UInt8(index * 7 & 255) &+ (index / 31 % 40 == step + row ? UInt8(90) : 0)
                }
            }
            let vectors = (0..<Self.rows).map { _ in (0..<c.vector).map { _ in 4 * random.normal() } }
            _ = policy.act(
                images: c.seesImages ? images : [], vectors: c.seesVectors ? vectors : [],
                first: [step == 0, step == 0 || step == 5])
        }
        try trace.write(to: URL(fileURLWithPath: directory + "/trace.safetensors"), image: file.description.image)
    }

    private func compare(_ cases: [(name: String, configuration: Configuration)]) throws {
        let directory = try TemporaryDirectory()
        for (name, configuration) in cases { try export(configuration, to: directory(name)) }
        let compared = try PythonPackages.run("python/tests/compare_export.py", cases.map { directory($0.name) })
        #expect(compared.status == 0, "\(compared.output)")
        #expect(compared.output.split(separator: "\n").count == 2 * cases.count, "\(compared.output)")
    }

    @Test(arguments: ["dreamerv3", "dymodreamer", "mudreamer"]) func everyTask(agent: String) throws {
        // Modulation is made of images.
        let tasks = Self.tasks.filter { agent != "dymodreamer" || !$0.settings.contains("agent.image=0") }
        try compare(try tasks.map { ("\(agent)-\($0.name)", try configuration(agent, $0.settings)) })
    }

    @Test func everyAblation() throws {
        try compare(try AgentVariants.all.filter { $0.base != nil }.map { ($0.name, try configuration($0.name, [])) })
    }

    @Test func masksOfOlderFramesAndLargeImages() throws {
        try compare([
            ("older", try configuration("dymodreamer", ["agent.mask_step=3"])),
            ("wide", try configuration("dymodreamer", ["agent.mask_dilation=1", "agent.dynamic_cnn_depth=2"])),
            ("large", try configuration("mudreamer", ["agent.image=128"])),
        ])
    }

    /// The comparison can fail: one weight that is a little different is seen.
    @Test func aWrongWeightIsSeen() throws {
        let directory = try TemporaryDirectory()
        let path = directory("changed")
        try export(try configuration("dreamerv3", []), to: path)
        let file = try PolicyFile(contentsOf: path + "/policy.safetensors")
        var weights = file.weights
        weights["actor.out.bias"]![0] += 0.1
        try PolicyFile(file.description, weights: weights).write(
            ActingPolicy.specifications(file.description.agent),
            to: URL(fileURLWithPath: path + "/policy.safetensors"))
        let compared = try PythonPackages.run("python/tests/compare_export.py", [path])
        #expect(compared.status == 1, "\(compared.output)")
    }
}
