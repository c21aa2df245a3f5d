import Environments
import Testing

@testable import Reports

/// The papers' own sums are met by ours from the papers' own rows.
@Suite struct PublishedTests {
    private func table(_ setting: String, _ number: String) throws -> PublishedTable {
        try #require(PublishedTables.all.first { $0.setting == setting && $0.table == number })
    }

    private func median(_ values: [Double]) -> Double {
        BenchmarkScores(
            agent: "", tasks: values.map { .init(environment: "", score: $0, comparable: $0, seeds: 1) }
        ).median
    }

    @Test func everyTableSaysWhereItComesFrom() {
        for table in PublishedTables.all {
            #expect(table.paper.contains("arXiv:") && !table.date.isEmpty && !table.protocolText.isEmpty)
            #expect(!table.rows.isEmpty && !table.columns.isEmpty)
        }
        #expect(PublishedTables.all.count == 10)
    }

    /// Columns whose printed median is not that of the printed rows: of the authors' own runs, perhaps over seeds first.
    private static let otherMedians: [String: Set<String>] = [
        "dmc": ["MuDreamer"], "dmc-backgrounds": ["TPC", "DreamerPro", "DreamerV3", "MuDreamer"],
        "dmc-backgrounds-reward-100": ["TPC", "DreamerPro", "DreamerV3", "MuDreamer"],
    ]

    /// A cell that was copied wrongly would show in the table's own mean or median, rounded to a tenth.
    @Test(arguments: [("dmc", "Table 1"), ("dmc-backgrounds", "Table 2"), ("dmc-backgrounds-reward-100", "Table 12")])
    func meansAndMediansAreThoseOfTheRows(setting: String, number: String) throws {
        let table = try table(setting, number)
        for (column, name) in table.columns.enumerated() {
            let values = table.rows.filter { $0.name.hasPrefix("dmc/") }.compactMap { $0.values[column] }
            let mean = try #require(table.numbers("mean").first { $0.name == name }).value
            #expect(abs(values.reduce(0, +) / Double(values.count) - mean) < 0.11, "\(name)")
            let published = try #require(table.numbers("median").first { $0.name == name }).value
            let agrees = abs(median(values) - published) < 0.11
            #expect(agrees != (Self.otherMedians[setting]?.contains(name) == true), "\(name): \(median(values))")
        }
    }

    @Test func tasksAreEnvironments() throws {
        let benchmark = try table("dmc", "Table 1").rows.map(\.name).filter { $0.hasPrefix("dmc/") }
        #expect(benchmark == TaskList.tasks("dmc/benchmark"))
        #expect(
            try table("dmc-backgrounds-reward-100", "Table 12").rows.map(\.name).filter { $0.hasPrefix("dmc/") }
                == TaskList.tasks("dmc/backgrounds"))
        let games = TaskList.tasks("atari/benchmark")
        #expect(try table("atari", "Table 4").rows.map(\.name).filter { $0.hasPrefix("atari/") } == games)
        #expect(PublishedTables.humans.rows.map(\.name) == games)
    }

    /// Table 4 rounds what random play and the human tester reached.
    @Test func humanScoresAreTheOnesThatTheTableRounds() throws {
        let table = try table("atari", "Table 4")
        for row in PublishedTables.humans.rows {
            let rounded = table.numbers(row.name)
            #expect(rounded[0].name == "Random" && rounded[1].name == "Human")
            for (value, other) in zip(row.values, rounded) {
                #expect(abs((value ?? .nan) - other.value) <= 0.5, "\(row)")
            }
        }
    }

    /// Means, medians and counts of Table 4 from its rows, which are rounded themselves.
    @Test(arguments: ["MuZero", "EffZero", "SimPLe", "IRIS", "DreamerV3", "MuDreamer"])
    func humanNormalisedScoresAreThePublishedOnes(name: String) throws {
        let table = try table("atari", "Table 4")
        let tasks = table.rows.filter { $0.name.hasPrefix("atari/") }.map { row in
            let score = table.numbers(row.name).first { $0.name == name }?.value ?? .nan
            return BenchmarkScores.Task(
                environment: row.name, score: score,
                comparable: HumanScore.normalized(score, of: row.name) ?? .nan, seeds: 5)
        }
        let scores = BenchmarkScores(agent: name, tasks: tasks)
        let published = { (row: String) in table.numbers(row).first { $0.name == name }?.value ?? .nan }
        #expect(abs(scores.mean - published("mean")) < 0.02, "\(scores.mean)")
        // Of the authors' own runs another median is printed than that of the rows, and of EfficientZero a game fewer.
        #expect(abs(scores.median - (name == "MuDreamer" ? 0.337 : published("median"))) < 0.02, "\(scores.median)")
        let superhuman = name == "EffZero" ? 14 : Int(published("superhuman"))
        #expect(scores.count(above: 1) == superhuman, "\(scores.count(above: 1))")
    }

    @Test func whatHasNoHumanScoreIsNotNormalised() {
        #expect(HumanScore.normalized(1, of: "atari/adventure") == nil)
        #expect(HumanScore.normalized(14.6, of: "atari/pong") == 1)
        #expect(HumanScore.normalized(-20.7, of: "atari/pong") == 0)
    }

    @Test func aTableIsReadWithItsGaps() {
        let costs = PublishedTables.costs
        #expect(costs.numbers("MuDreamer").map(\.value) == [2.5, 3.8, 9.3, 5.0, 3.7, 1.8, 517.0])
        #expect(costs.rows.first?.values[5] == nil && costs.rows.first?.name == "Dreamer")
    }
}
