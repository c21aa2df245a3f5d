import Diagnostics
import Foundation
import Measurements
import Testing

@testable import Reports

@Suite struct RunHistoryTests {
    private func read(_ text: String) -> RunHistory { RunHistory(Data(text.utf8)) }

    @Test func everyKindIsRead() throws {
        let lines = [
            episode(100, -1, time: 1000), losses(120, model: 7.5, trainSteps: 4, time: 1030),
            #"{"agent_steps":130,"bytes":65536,"kind":"replay","replay_ratio":null,"replay_ratio_configured":64.0,"#
                + #""replayed_steps":0,"stored_steps":130,"time":1060.0,"trajectories":3}"#,
            evaluation(0.25, time: 1090),
        ]
        let found = read(lines.joined(separator: "\n") + "\n")
        #expect(found.returns == [.init(agentSteps: 100, minutes: 0, value: -1)])
        #expect(found.losses == [.modelLoss: [.init(agentSteps: 120, minutes: 0.5, value: 7.5)]])
        #expect(found.agentSteps == 130 && found.trainSteps == 4 && found.minutes == 1.5 && found.unreadLines == 0)
        let evaluation = try #require(found.evaluations.first)
        #expect(evaluation.policy == "mode" && evaluation.seed == 1000 && evaluation.episodes == 10)
        #expect(evaluation.mean == 0.25 && evaluation.standardDeviation == 0.5)
        #expect(evaluation.trainSteps == 4 && evaluation.agentSteps == 130 && evaluation.minutes == 1.5)
    }

    /// Each rank of a group has the episodes of its own actors, and all have the same losses.
    @Test func episodesOfAllRanksAreOneRuns() {
        func lines(_ lines: [String]) -> Data { Data(lines.map { $0 + "\n" }.joined().utf8) }
        let first = lines([
            episode(10, 1, time: 1000), losses(20, model: 7, trainSteps: 1, time: 1030), episode(30, 3, time: 1060),
        ])
        let second = lines([
            "torn", episode(20, 2, time: 1020), losses(20, model: 7, trainSteps: 1, time: 1031),
            episode(40, 4, time: 1090),
        ])
        let found = RunHistory(first, others: [second])
        #expect(found.returns.map(\.value) == [1, 2, 3, 4] && found.returns.map(\.agentSteps) == [10, 20, 30, 40])
        #expect(found.losses[.modelLoss]?.count == 1 && found.minutes == 1.5 && found.unreadLines == 1)
    }

    @Test func aPauseDoesNotCountAsWork() throws {
        let times: [Double] = [0, 60, 10_000, 10_060, 10_030]
        let found = read(times.map { episode(1, 0, time: $0) + "\n" }.joined())
        #expect(found.returns.map(\.minutes) == [0, 1, 1, 2, 2])
    }

    @Test func aTornLastLineIsCounted() throws {
        let found = read(episode(1, 2) + "\n" + episode(3, 4).dropLast(5))
        #expect(found.returns.count == 1 && found.unreadLines == 1)
        // A last line that only lacks its end is whole.
        let whole = read(episode(1, 2) + "\n" + episode(3, 4))
        #expect(whole.returns.count == 2 && whole.unreadLines == 0)
    }

    /// A report needs no repair by hand: what cannot be read is left out and counted.
    @Test(arguments: [
        "nonsense", "[1]", #"{"kind":"#, #"{"kind":"weather","time":1}"#, #"{"kind":"episode","time":1}"#, "\0\0\0",
    ])
    func aBadLineIsLeftOutAndCounted(line: String) {
        let found = read(episode(1, 2) + "\n" + line + "\n" + episode(3, 4) + "\n")
        #expect(found.returns.map(\.value) == [2, 4] && found.unreadLines == 1)
    }

    @Test func whatIsNoNumberIsNoSample() {
        let line = episode(7, 1).replacing("\"return\":1.0", with: "\"return\":null")
        let found = read(line + "\n" + losses(8, model: 1).replacing("\"loss.model\":1.0", with: "\"loss.model\":null"))
        #expect(found.unreadLines == 0 && found.returns.isEmpty && found.losses.isEmpty)
        #expect(found.agentSteps == 8)
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: UserError.self) { try RunHistory(contentsOf: "/nonexistent/metrics.jsonl") }
        #expect(error?.message.hasPrefix("/nonexistent/metrics.jsonl cannot be read") == true)
    }
}
