import Settings
import Testing

@testable import Reports

/// Who learns sooner, and how sure that is.
@Suite struct LearningTests {
    private func samples(_ values: [Double]) -> [RunHistory.Sample] {
        values.enumerated().map { .init(agentSteps: Double(10 * ($0 + 1)), minutes: 0, value: $1) }
    }

    @Test func interquartileMeansLeaveOutAQuarterAtEachEnd() {
        #expect(RobustStatistics.interquartileMean([8, 1, 2, 7, 3, 6, 4, 5]) == 4.5)
        #expect(RobustStatistics.interquartileMean([100, 1, 2, 3, -100]) == 2)
        #expect(RobustStatistics.interquartileMean([1, 3]) == 2)
    }

    @Test func pairsDecideAboutImprovement() {
        #expect(RobustStatistics.probabilityOfImprovement([1, 2, 3], over: [2, 2]) == 0.5)
        #expect(RobustStatistics.probabilityOfImprovement([3, 4], over: [1, 2]) == 1)
        #expect(RobustStatistics.probabilityOfImprovement([1, 5], over: [2, 3, 4]) == 0.5)
    }

    /// Of a mean the interval is that of the normal distribution.
    @Test func intervalsHoldWhatTheyShould() throws {
        let values = (0..<100).map(Double.init)
        let interval = try #require(RobustStatistics.interval([values]) { RobustStatistics.mean($0[0]) })
        // 1.96 standard errors: 28.87 / √100.
        #expect(abs(interval.lowerBound - (49.5 - 5.66)) < 0.5 && abs(interval.upperBound - (49.5 + 5.66)) < 0.5)
        #expect(RobustStatistics.interval([[3, 3], [1, 1]]) { $0[0][0] - $0[1][0] } == 2...2)
        #expect(RobustStatistics.interval([values, [1]]) { $0[0][0] } == nil)
    }

    @Test func aRunHasLearnedWhenAHundredEpisodesHave() throws {
        let returns = samples((0..<300).map { $0 < 100 ? -1 : 1 })
        let speed = try #require(LearningSpeed(returns, threshold: 0.5, window: 100, budget: 3000))
        // 75 of the last 100 are caught after the 175th episode.
        #expect(speed.stepsToThreshold == 1750 && speed.isReached && abs(speed.area - 1.0 / 3) < 1e-12)
        let short = try #require(LearningSpeed(returns, threshold: 0.5, window: 100, budget: 1500))
        #expect(short.stepsToThreshold == 1500 && !short.isReached && abs(short.area + 1.0 / 3) < 1e-12)
        // Too few episodes say nothing, and what comes after the last one is as it.
        let few = try #require(LearningSpeed(samples([1, 1]), threshold: 0.5, window: 100, budget: 100))
        #expect(few.stepsToThreshold == 100 && !few.isReached && few.area == 1)
        #expect(LearningSpeed([], threshold: 0.5, window: 100, budget: 100) == nil)
    }

    /// A run that learns after `episodes` of 200, each of five steps.
    private func learner(_ name: String, _ seed: UInt64, _ agent: String, after episodes: Int) throws -> RecordedRun {
        try run(
            name + "-s\(seed)", seed: seed, ["agent.agent=\(agent)", "run.steps=1000"],
            metrics: (0..<200).map { episode(5 * ($0 + 1), $0 < episodes ? -1 : 1) })
    }

    @Test func contrastsAreSumsOfCells() throws {
        let runs = try [
            learner("one", 1, "dreamerv3", after: 60), learner("one", 2, "dreamerv3", after: 80),
            learner("other", 1, "mudreamer", after: 20), learner("other", 2, "mudreamer", after: 40),
            learner("one-more", 1, "dymodreamer", after: 0),
        ]
        let contrast = Contrast(name: "lead", terms: [.init(sign: 1, cell: "one"), .init(sign: -1, cell: "other")])
        let missing = Contrast(name: "none yet", terms: [.init(sign: 1, cell: "nowhere")])
        let report = try Report(runs, question: .init(threshold: 0.5, contrasts: [contrast, missing]))
        // Learned after 135 and 155 episodes, and 95 and 115; a window is 100: 100 and 115.
        let lines = try #require(report.file("contrasts.csv")).split(separator: "\n")
        #expect(lines.count == 3 && lines[1].hasPrefix("lead,steps_to_threshold,4,187.5,"))
        #expect(abs(try #require(Double(lines[2].split(separator: ",")[3])) + 0.4) < 1e-9)
        let bounds = lines[1].split(separator: ",").suffix(2).compactMap { Double($0) }
        #expect(bounds == [100, 275])
        let improvement = try #require(report.file("probability-of-improvement.csv"))
        #expect(improvement.contains("catch · mudreamer · nano over dreamerv3 · nano,steps_to_threshold,4,1.0,1.0,1.0"))
        let groups = try #require(report.file("learning-groups.csv"))
        #expect(groups.contains("catch · dreamerv3 · nano,steps_to_threshold,2,725.0,675.0,775.0"))
        #expect(groups.contains("catch · dymodreamer · nano,steps_to_threshold,1,500.0,,"))
        #expect(try #require(report.file("index.html")).contains("Who learns sooner"))
        #expect(try Report(runs).file("contrasts.csv") == nil)
    }
}
