import Runs
import Settings
import Supervision
import TestSupport
import Testing

@testable import BenchmarkRuns

@Suite(.blocking) struct BenchmarkEstimateTests {
    private func estimate(_ states: [RunState], parallel: Int = 1, isLocal: Bool = true) throws -> BenchmarkEstimate {
        var layers = ConfigurationLayers()
        layers.preset = "catch-demo"
        layers.overrides = ["agent.image=16", "agent.cnn_depth=2", "agent.batch=4", "agent.length=8", "actors.count=1"]
        let configuration = try layers.resolve()
        let task = try configuration.tryTask(on: EnvironmentHost())
        let runs = states.enumerated().map { seed, state in
            let run = BenchmarkRun(
                name: "catch-s\(seed)", kind: "catch", path: "", arguments: [], configuration: configuration,
                task: task)
            return (run, state)
        }
        return try BenchmarkEstimate(runs, parallel: parallel, isLocal: isLocal)
    }

    /// Real parts of a small run: what has been done is not counted again.
    @Test func anEstimateAddsUp() throws {
        let whole = try estimate([.new])
        let line = whole.lines[0].estimate
        #expect(line.trainingSeconds > 0 && line.playingSeconds > 0)
        #expect(abs(whole.seconds - line.seconds) < 1e-9)
        let half = try estimate([
            .new, .unfinished(agentSteps: line.agentSteps, trainSteps: line.updates / 2), .new,
        ])
        let parts = half.lines[0].estimate
        #expect(half.lines.map(\.kind) == ["catch"])
        #expect(abs(half.seconds - 2.5 * parts.trainingSeconds - 2 * parts.playingSeconds) < 0.01 * half.seconds)
        #expect(half.text.count == 2 && half.text[1].hasPrefix("about "))
    }

    /// Runs that share this machine do not train faster together; those of a queue do.
    @Test func whoSharesTheMachineDecides() throws {
        let here = try estimate([.new, .new], parallel: 2)
        #expect(here.seconds >= 2 * here.lines[0].estimate.trainingSeconds)
        let queued = try estimate([.new, .new], parallel: 2, isLocal: false)
        #expect(abs(queued.seconds - queued.lines[0].estimate.seconds) < 1e-9)
    }
}
