import Settings
import Testing

@testable import Reports

@Suite struct GroupTests {
    private let metrics = [episode(1, 0)]

    @Test func seedsOfOneConfigurationAreOneGroup() throws {
        let groups = RunGroup.all([
            try run("b", seed: 2, metrics: metrics),
            try run("a", seed: 1, ["run.id=other", "learner.threads=1"], metrics: metrics),
        ])
        #expect(groups.map(\.name) == ["dymodreamer · nano"])
        #expect(groups[0].runs.map(\.name) == ["a", "b"])
        #expect(groups[0].seeds == "seeds 1, 2" && groups[0].environment == "catch")
    }

    @Test func groupsAreNamedByWhatDiffers() throws {
        let groups = RunGroup.all([
            try run("a", metrics: metrics), try run("b", ["replay.replay_ratio=160"], metrics: metrics),
            try run("c", ["replay.replay_ratio=160", "agent.deter=65"], metrics: metrics),
            try run("d", ["agent.divergence=false"], metrics: metrics),
            try run("e", ["agent.agent=mudreamer"], metrics: metrics),
            try run("f", preset: "minatar", metrics: metrics),
            try run("g", ["agent.deter=65", "agent.hidden=66", "agent.cnn_depth=7"], metrics: metrics),
        ])
        #expect(
            groups.map(\.name) == [
                "dymodreamer · nano · replay.replay_ratio=64", "dymodreamer · nano · replay.replay_ratio=160",
                "dymodreamer · nano · agent.deter=65", "dymodreamer · nano · agent.divergence=false",
                "mudreamer · nano", "dymodreamer · nano", "dymodreamer · own size",
            ])
        #expect(groups[5].environment == "minatar/breakout")
    }

    /// However long their names are, and wherever they differ.
    @Test func legendsOfGroupsThatDifferLateAreWhole() throws {
        let same = [
            "agent.model_lr=0.000123", "replay.replay_ratio=160", "agent.horizon=12", "learner.credit_bytes=12345678",
        ]
        let report = try Report([
            try run("a", metrics: metrics), try run("b", same, metrics: metrics),
            try run("c", same + ["evaluation.policy=sample"], metrics: metrics),
        ])
        let figure = try #require(report.file("returns-catch.svg"))
        let texts = figure.matches(of: /<text class="" x="54.0" y="([0-9.]+)"[^>]*>([^<]*)<\/text>/)
        let legend = texts.map { String($0.2) }.joined(separator: " ")
        for policy in ["mode", "sample"] { #expect(legend.contains("evaluation.policy=\(policy) (seed 0)")) }
        #expect(texts.count > 3 && texts.allSatisfy { $0.2.count <= 100 } && !legend.contains("…"))
        // Each line has room of its own, within the figure.
        let places = texts.compactMap { Double($0.1) }
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 == 20 })
        let height = try #require(figure.firstMatch(of: #/ height="([0-9.]+)" role/#)).1
        #expect(try #require(places.last) < #require(Double(height)))
    }

    @Test func tasksAreKeptApart() throws {
        let tasks = TaskCurves.all(
            RunGroup.all([
                try run("a", metrics: metrics), try run("b", preset: "minatar", metrics: metrics),
                try run("c", ["agent.agent=mudreamer"], metrics: metrics),
            ]))
        #expect(tasks.map(\.environment) == ["catch", "minatar/breakout"])
        #expect(tasks.map(\.groups.count) == [2, 1])
        #expect(tasks.map(\.fileName) == ["catch", "minatar-breakout"])
    }
}
