import Diagnostics
import Foundation
import Testing

@testable import Reports

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ReportTests {
    private func report() throws -> Report {
        let first = [
            episode(100, -1), episode(110, 0), losses(100, model: 1000), episode(1000, 1), losses(1000, model: 1),
        ]
        let second = [episode(150, 1), episode(990, 0.5), losses(990, model: 3), evaluation(-0.6, policy: "random")]
        return try Report([
            try run("first", seed: 1, metrics: first + [evaluation(1)]),
            try run("second", seed: 2, metrics: second),
            try run("<third>", ["agent.agent=mudreamer"], metrics: [episode(50, 0.25)]),
        ])
    }

    @Test func thereIsAFileForEachThing() throws {
        #expect(
            try report().files.map(\.name) == [
                "index.html", "returns-catch.svg", "returns-catch-minutes.svg", "losses-catch.svg", "returns-catch.csv",
                "returns-catch-minutes.csv", "losses-catch.csv", "evaluations.csv",
            ])
    }

    @Test func numbersAreThoseOfTheCurves() throws {
        let report = try report()
        #expect(
            report.file("returns-catch.csv") == """
                group,agent_steps,mean,lowest_seed,highest_seed,seeds,episodes
                dymodreamer · nano,110.0,-0.5,-0.5,-0.5,1,2
                dymodreamer · nano,150.0,1.0,1.0,1.0,1,1
                dymodreamer · nano,990.0,0.5,0.5,0.5,1,1
                dymodreamer · nano,1010.0,1.0,1.0,1.0,1,1
                mudreamer · nano,50.0,0.25,0.25,0.25,1,1

                """)
        let evaluations = try #require(report.file("evaluations.csv"))
        #expect(evaluations.contains("catch,dymodreamer · nano,first,1,mode,1000,10,1.0,0.5,1000,1,0.0,\n"))
        #expect(evaluations.contains("catch,mudreamer · nano,<third>,0,,,,,,50,0,0.0,\n"))
    }

    /// Policies that were played beside training have curves and numbers of their own.
    @Test func evaluatorsHaveTheirOwnCurve() throws {
        let report = try Report([
            try run("a", metrics: [episode(100, -1), evaluator(100, 0.25), evaluator(1000, 0.75), episode(1000, 1)])
        ])
        #expect(
            report.file("evaluator-catch.csv") == """
                group,agent_steps,mean,lowest_seed,highest_seed,seeds,evaluations
                dymodreamer · nano,110.0,0.25,0.25,0.25,1,1
                dymodreamer · nano,1010.0,0.75,0.75,0.75,1,1

                """)
        #expect(report.file("evaluator-catch.svg")?.contains("return of evaluations beside training") == true)
        #expect(report.file("returns-catch.csv")?.contains("0.25") == false)
    }

    /// Over all training episodes, seeds first.
    @Test func achievementsAreShown() throws {
        func episode(_ names: String) -> String {
            #"{"achievements":"\#(names)","actor":"a","agent_steps":9,"environment":0,"kind":"episode","length":9,"#
                + #""policy_version":2,"return":1,"time":1}"#
        }
        let report = try Report([
            try run("a", seed: 1, preset: "crafter", metrics: [episode("wake_up eat_cow"), episode("wake_up")]),
            try run("b", seed: 2, preset: "crafter", metrics: [episode("")]),
        ])
        let lines = try #require(report.file("achievements-crafter.csv")).split(separator: "\n").map(String.init)
        #expect(lines.count == 24 && lines[0].hasPrefix("achievement,dymodreamer"))
        #expect(lines.contains("wake_up,0.5") && lines.contains("eat_cow,0.25") && lines.contains("place_table,0.0"))
        let score = try #require(Double(lines[1].dropFirst("score,".count)))
        #expect(abs(score - (exp((log(101.0) + log(51)) / 22) - 1) / 2) < 1e-9)
        #expect(report.file("index.html")?.contains("Achievements in training episodes") == true)
        #expect(report.file("published.csv")?.contains("crafter,DyMoDreamer,10.3,") == true)
    }

    /// Runs before backgrounds are compared with what was published for those.
    @Test func backgroundsAreASettingOfTheirOwn() throws {
        func settings(_ more: [String]) throws -> String {
            let folders = ["environment.backgrounds=a", "environment.evaluation_backgrounds=b"]
            let report = try Report([
                try run("a", preset: "dmc-vision", folders + ["agent.agent=mudreamer"] + more, metrics: [evaluation(5)])
            ])
            return try #require(report.file("published.csv"))
        }
        #expect(try settings([]).contains("dmc/walker-walk,MuDreamer,759.0,\"Table 2"))
        #expect(try settings(["environment.id=dmc/walker-run"]).contains("dmc/walker-run,MuDreamer,432.8,\"Table 2"))
        #expect(
            try settings(["environment.id=dmc/walker-run", "agent.reward_scale=100"]).contains(
                "dmc/walker-run,MuDreamer,441.6,\"Table 12"))
    }

    // MARK: Benchmarks

    private func atari(_ game: String, seed: UInt64, _ mean: Double) throws -> RecordedRun {
        try run(
            "\(game)-\(seed)", seed: seed, preset: "atari100k",
            ["environment.id=atari/\(game)", "agent.agent=mudreamer"],
            metrics: [episode(10, mean), evaluation(mean)])
    }

    /// Games are brought to one scale, seeds first; what others have published stands beside.
    @Test func benchmarksAreSummedUp() throws {
        let report = try Report([
            // A human's score, half of it, and twice of it, from random play on.
            try atari("pong", seed: 1, 14.6), try atari("boxing", seed: 1, 0.1), try atari("boxing", seed: 2, 12.1),
            try atari("breakout", seed: 1, 59.3), try run("catch", metrics: [evaluation(1)]),
        ])
        let lines = try #require(report.file("benchmarks.csv")).split(separator: "\n").map(String.init)
        let own = lines[1].split(separator: ",").map(String.init)
        #expect(own[0] == "atari" && own[1] == "mudreamer · S" && own[2] == "3")
        #expect(abs((Double(own[3]) ?? 0) - 3.5 / 3) < 1e-9 && Double(own[4]) == 1 && own[5] == "1")
        #expect(
            lines.contains { $0.hasPrefix("atari,MuDreamer,26,1.26,0.43,11,") && $0.contains("Table 4 of MuDreamer") })
        #expect(lines.contains { $0.hasPrefix("atari,DyMoDreamer,26,1.566,0.713,,") && $0.contains("poster") })
        #expect(report.file("benchmark-tasks.csv")?.contains("atari,mudreamer · S,atari/boxing,6.1,0.5,2\n") == true)
        #expect(report.file("index.html")?.contains("Atari 100k, human-normalised") == true)
    }

    /// In the figure of the task, with the source in its legend and in a file of numbers.
    @Test func publishedScoresAreDrawnWithTheirSource() throws {
        let report = try Report([try atari("pong", seed: 1, -20), try run("catch", metrics: [episode(1, 1)])])
        let figure = try #require(report.file("returns-atari-pong.svg"))
        #expect(figure.contains("MuDreamer 18: Table 4 of MuDreamer: Learning Predictive World Models"))
        #expect(figure.components(separatedBy: "class=\"published ").count - 1 == 2 * 8)
        #expect(report.file("published.csv")?.contains("atari/pong,EffZero,21.0,") == true)
        #expect(report.file("returns-catch.svg")?.contains("class=\"published ") == false)
        #expect(report.file("published.csv")?.contains("catch") == false)
    }

    @Test func figuresAreWellFormedXML() throws {
        for file in try report().files where file.name.hasSuffix(".svg") {
            let parser = XMLParser(data: Data(file.text.utf8))
            let found = Elements()
            parser.delegate = found
            #expect(parser.parse(), "\(file.name): \(parser.parserError.map { "\($0)" } ?? "")")
            #expect(found.names.first == "svg", "\(file.name)")
            // A curve of a single point is a dot.
            #expect(found.names.contains { ["polyline", "circle"].contains($0) }, "\(file.name)")
        }
    }

    /// A viewer that is no browser knows no variables of style sheets, and may know no conditions: what it reads first are the
    /// colours for the light.
    @Test func figuresHaveTheirColoursInTheRules() throws {
        for file in try report().files where file.name.hasSuffix(".svg") {
            #expect(!file.text.contains("var("), "\(file.name)")
            let light = try #require(file.text.split(separator: "@media").first)
            for rule in [
                ".paper{fill:#ffffff}", ".figure text{fill:#1f2328}", ".grid{stroke:#d8dee4}", ".line.c0",
                ".dot.c6{fill:#",
            ] { #expect(light.contains(rule), "\(rule) in \(file.name)") }
        }
        #expect(try report().file("index.html")?.contains("var(") == false)
    }

    private final class Elements: NSObject, XMLParserDelegate {
        var names: [String] = []
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            names.append(name)
        }
    }

    @Test func thePageNeedsNothingElse() throws {
        let page = try #require(try report().file("index.html"))
        for outside in ["src=", "href=", "url(", "@import", "<script"] {
            #expect(!page.contains(outside), "\(outside)")
        }
        #expect(page.components(separatedBy: "<svg").count == 4)
        #expect(page.contains("&lt;third&gt;") && !page.contains("<third>"))
        #expect(page.contains("dreamer train --preset catch-demo --agent mudreamer --seed 0"))
        #expect(page.contains("random play"))
    }

    @Test func aRunWithoutMeasurementsIsNamed() {
        let error = #expect(throws: UserError.self) { try Report([try run("young", metrics: [])]) }
        #expect(error?.message == "young has no measurements yet; let the run train first")
    }

    @Test func filesAreWritten() throws {
        let parent = NSTemporaryDirectory() + "report-\(UInt64.random(in: 0...(.max)))"
        let folder = parent + "/deep"
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let report = try report()
        try report.write(to: folder)
        for file in report.files {
            #expect(try String(contentsOfFile: folder + "/" + file.name, encoding: .utf8) == file.text)
        }
        let error = #expect(throws: UserError.self) { try report.write(to: "/dev/null/report") }
        #expect(error?.message == "cannot write the report to /dev/null/report; choose another --output")
    }
}
