import AgentChoice
import Diagnostics
import Foundation
import Measurements
import Reports
import Runs
import Settings
import TestSupport
import Testing

@testable import BenchmarkRuns

/// What is kept of a grid's runs, without their directories.
@Suite struct StoredRunsTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func runs() throws -> [BenchmarkRun] {
        let plan = try BenchmarkPlan(
            ConfigurationFile(name: "grid.yaml", text: "tasks: catch\nagents: dreamerv3\nseeds: [0, 1]"))
        return try plan.runs { _ in
            let configuration = Configuration()
            return (configuration, try configuration.tryTask(on: EnvironmentHost()))
        }
    }

    private var history: RunHistory {
        var history = RunHistory()
        for step in 0..<90 {
            history.returns.append(
                .init(
                    agentSteps: Double(9 * step), minutes: Double(step) / 60, value: step.isMultiple(of: 2) ? 1 : -0.5))
            history.losses[.imageLoss, default: []].append(
                .init(agentSteps: Double(9 * step), minutes: 0.5, value: Double(90 - step)))
        }
        history.evaluator.append(.init(agentSteps: 100, minutes: 1, value: 0.25))
        history.evaluations.append(
            .init(
                policy: "mode", seed: 1000, episodes: 100, mean: 0.98, standardDeviation: 0.125, trainSteps: 200,
                agentSteps: 810, minutes: 1.5))
        (history.agentSteps, history.trainSteps, history.minutes) = (810, 200, 1.5)
        return history
    }

    @Test func whatIsKeptIsReadAgain() throws {
        let runs = try runs()
        let path = directory("grid.runs")
        let recorded = try RecordedRun(name: runs[1].name, configuration: runs[1].configuration, history: history)
        try StoredRuns.write([recorded], to: path)
        let kept = try StoredRuns(contentsOf: path, of: runs).recorded
        #expect(kept.map(\.name) == [runs[1].name] && kept[0].configuration == runs[1].configuration)
        let found = kept[0].history
        #expect(found.evaluator == history.evaluator && found.evaluations == history.evaluations)
        #expect(found.returns.map(\.value) == history.returns.map(\.value))
        #expect(found.returns.map(\.agentSteps) == history.returns.map(\.agentSteps))
        #expect(zip(found.returns, history.returns).allSatisfy { abs($0.minutes - $1.minutes) < 1e-3 })
        #expect((found.agentSteps, found.trainSteps, found.minutes) == (810, 200, 1.5))
        // Each a mean of three.
        #expect(found.losses.keys.elementsEqual([.imageLoss]))
        #expect(found.losses[.imageLoss]?.map(\.value) == (0..<30).map { Double(89 - 3 * $0) })
    }

    @Test func whatIsNoneOfItIsNamed() throws {
        let runs = try runs()
        func message(_ text: String) -> String {
            do throws(UserError) { _ = try StoredRuns(text, name: "x.runs", of: runs) } catch { return error.message }
            return ""
        }
        #expect(message("run stranger-s0\n").contains("x.runs: stranger-s0 is none of the grid's runs"))
        for line in [
            "return 1 2", "return 1 2 nan", "loss.nothing 1 2 3", "grad_norm.model 1 2 3", "evaluation 1 2",
            "end 1.5 2 3",
        ] {
            #expect(
                message("run \(runs[0].name)\n\(line)\n").contains(
                    "x.runs: line 2 says nothing that is known: \(line)"), "\(line)")
        }
        #expect(message("return 1 2 3\n").contains("line 1"))
        #expect(message("# a comment\n\nrun \(runs[0].name)\n") == "")
        #expect(StoredRuns.path(of: "some/X1.yaml") == URL(fileURLWithPath: "some/X1.runs").path)
    }
}
