import Testing

@testable import Reports

@Suite struct CurveTests {
    @Test func meansWithinIntervalsThenOverRuns() {
        let curve = Curve([[(0, 1), (9.5, 3), (25, 7)], [(5, 6), (10, 0), (29, 9)]], width: 10)
        #expect(
            curve.points == [
                // The first run's mean is 2, the second's 6, however many episodes each had.
                .init(x: 5, mean: 4, lowest: 2, highest: 6, runs: 2, samples: 3),
                .init(x: 15, mean: 0, lowest: 0, highest: 0, runs: 1, samples: 1),
                .init(x: 25, mean: 8, lowest: 7, highest: 9, runs: 2, samples: 2),
            ])
    }

    @Test func intervalsWithoutSamplesHaveNoPoint() {
        #expect(Curve([[(1, 1), (31, 2)]], width: 10).points.map(\.x) == [5, 35])
        #expect(Curve([[]], width: 10).points.isEmpty)
    }

    @Test func intervalsAreOfANiceWidth() throws {
        let task = TaskCurves.all(RunGroup.all([try run("a", metrics: [episode(10, 0), episode(8950, 0)])]))[0]
        #expect(task.width(.agentSteps) == 200)
        #expect(task.width(.minutes) == 1)
    }

    @Test func randomPlayIsTheMeanOverEpisodes() throws {
        let runs = [
            try run("a", seed: 1, metrics: [evaluation(1), evaluation(-0.5, policy: "random")]),
            try run("b", seed: 2, metrics: [evaluation(-0.7, policy: "random")]),
        ]
        #expect(abs(try #require(TaskCurves.all(RunGroup.all(runs))[0].randomPlay) + 0.6) < 1e-12)
        #expect(TaskCurves.all(RunGroup.all([try run("c", metrics: [evaluation(1)])]))[0].randomPlay == nil)
    }

    @Test func evaluationsOfUnnamedPolicyAreThoseOfTheConfiguration() throws {
        let line = #"{"kind":"evaluation","episodes":10,"mean":1,"standard_deviation":0,"time":0}"#
        #expect(try run("a", metrics: [line]).history.evaluations[0].policy == "mode")
    }

    @Test func groupsAreSummedUpOverSeeds() throws {
        let runs = try [(1, 0.5), (2, 0.75), (3, 1.0)].map { seed, mean in
            try run(
                "\(seed)", seed: seed, metrics: [evaluation(-1), evaluation(mean), evaluation(-9, policy: "random")])
        }
        let group = RunGroup.all(runs)[0]
        #expect(EvaluationTable.summary(group) == .init(seeds: [1, 2, 3], mean: 0.75, standardDeviation: 0.25))
        #expect(EvaluationTable.summary(RunGroup.all([runs[0]])[0]) == nil)
    }
}
