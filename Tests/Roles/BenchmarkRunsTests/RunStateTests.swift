import Diagnostics
import Foundation
import Runs
import Settings
import TestSupport
import Testing

@testable import BenchmarkRuns

@Suite struct RunStateTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func run(_ settings: [String] = []) throws -> BenchmarkRun {
        var layers = ConfigurationLayers()
        layers.preset = "catch-demo"
        layers.overrides = ["run.steps=1000"] + settings
        let configuration = try layers.resolve()
        return BenchmarkRun(
            name: "a", kind: "a", path: folder("a"), arguments: [], configuration: configuration,
            task: try configuration.tryTask(on: EnvironmentHost()))
    }

    /// Lines as a run writes them.
    private func write(_ metrics: [String], settings: [String] = []) throws {
        let directory = try RunDirectory(creating: folder("a"))
        try directory.store(try run(settings).configuration)
        try Data(metrics.map { $0 + "\n" }.joined().utf8).write(to: directory.metricsFile)
    }

    private func evaluation(_ trainSteps: Int, policy: String = "mode") -> String {
        #"{"kind":"evaluation","policy":"\#(policy)","seed":1,"episodes":1,"mean":1,"standard_deviation":0,"#
            + #""train_steps":\#(trainSteps),"time":3}"#
    }

    private let played =
        #"{"actor":"a","agent_steps":1000,"environment":0,"kind":"episode","length":9,"policy_version":2,"return":1,"time":1}"#

    @Test func aRunIsFinishedWhenItsLastPolicyWasEvaluated() throws {
        let run = try run()
        let steps = run.configuration.trainingSteps()
        #expect(try RunState(run, handedOver: false) == .new)
        #expect(try RunState(run, handedOver: true) == .handedOver)
        try write([played])
        #expect(try RunState(run, handedOver: false) == .unfinished(agentSteps: 1000, trainSteps: 0))
        // An evaluation on the way, and one of random play.
        try write([played, evaluation(steps - 1), evaluation(steps, policy: "random")])
        #expect(try RunState(run, handedOver: false) == .unfinished(agentSteps: 1000, trainSteps: steps))
        #expect(try RunState(run, handedOver: true) == .handedOver)
        try write([played, evaluation(steps)])
        #expect(try RunState(run, handedOver: false) == .finished)
        #expect(try RunState(run, handedOver: true) == .finished)
        // The plan wants more of the same run.
        #expect(try RunState(self.run(["run.steps=2000"]), handedOver: false) != .finished)
    }

    @Test func theDirectoryOfAnotherRunIsRefused() throws {
        try write([played], settings: ["agent.deter=65"])
        let error = try #require(throws: UserError.self) { try RunState(run(), handedOver: false) }
        #expect(error.message.contains("is a run with agent.deter=65, and the plan says"))
        // What a run may change is no difference.
        try write([played], settings: ["learner.threads=1"])
        #expect(try RunState(run(), handedOver: false) != .finished)
    }
}
