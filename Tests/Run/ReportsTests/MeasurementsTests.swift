import Diagnostics
import Foundation
import Testing

@testable import Reports

@Suite struct MeasurementsTests {
    private func read(_ text: String) throws -> Measurements {
        try Measurements(Data(text.utf8), name: "metrics.jsonl")
    }

    @Test func everyKindIsRead() throws {
        let lines = [
            episode(100, -1, time: 1000), losses(120, model: 7.5, trainSteps: 4, time: 1030),
            #"{"kind":"replay","agent_steps":130,"time":1060,"replay_ratio":null}"#, evaluation(0.25, time: 1090),
        ]
        let found = try read(lines.joined(separator: "\n") + "\n")
        #expect(found.returns == [.init(agentSteps: 100, minutes: 0, value: -1)])
        #expect(found.losses == ["model": [.init(agentSteps: 120, minutes: 0.5, value: 7.5)]])
        #expect(found.agentSteps == 130 && found.trainSteps == 4 && found.minutes == 1.5 && found.tornLines == 0)
        let evaluation = try #require(found.evaluations.first)
        #expect(evaluation.policy == "mode" && evaluation.seed == 1000 && evaluation.episodes == 10)
        #expect(evaluation.mean == 0.25 && evaluation.standardDeviation == 0.5)
        #expect(evaluation.trainSteps == 4 && evaluation.agentSteps == 130 && evaluation.minutes == 1.5)
    }

    @Test func aPauseDoesNotCountAsWork() throws {
        let times: [Double] = [0, 60, 10_000, 10_060, 10_030]
        let found = try read(times.map { episode(1, 0, time: $0) + "\n" }.joined())
        #expect(found.returns.map(\.minutes) == [0, 1, 1, 2, 2])
    }

    @Test func aTornLastLineIsCounted() throws {
        let found = try read(episode(1, 2) + "\n" + episode(3, 4).dropLast(5))
        #expect(found.returns.count == 1 && found.tornLines == 1)
        // A last line that only lacks its end is whole.
        let whole = try read(episode(1, 2) + "\n" + episode(3, 4))
        #expect(whole.returns.count == 2 && whole.tornLines == 0)
    }

    @Test(arguments: ["nonsense", "[1]", #"{"kind":"#])
    func aBadLineIsNamed(line: String) {
        let error = #expect(throws: UserError.self) {
            try read(episode(1, 2) + "\n" + line + "\n" + episode(3, 4) + "\n")
        }
        #expect(error?.message == "metrics.jsonl: line 2 is no JSON object; remove it and try again")
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: UserError.self) { try Measurements(contentsOf: "/nonexistent/metrics.jsonl") }
        #expect(error?.message.hasPrefix("/nonexistent/metrics.jsonl cannot be read") == true)
    }
}
