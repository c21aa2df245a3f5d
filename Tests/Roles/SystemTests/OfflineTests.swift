import Foundation
import TestSupport
import Testing

extension SlowTests {
    /// Training from episodes that are there, without actors.
    @Suite(.timeLimit(.minutes(15))) struct OfflineTests {
        let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
        }

        private func run(_ arguments: [String]) async throws -> [String] {
            let child = try Child(arguments)
            #expect(try await child.end(within: .seconds(300)) == .init(status: 0), "\(child.transcript)")
            return child.output
        }

        /// A run's episodes become files, the files a replay of which some are held out, and that a policy.
        @Test func episodesAreImportedAndTrainedFrom() async throws {
            _ = try await run(["train"] + Tiny.options(directory("played"), steps: 1000))
            _ = try await run(["replay", "export", directory("played"), "--out", directory("files")])
            let files = try FileManager.default.contentsOfDirectory(atPath: directory("files")).sorted()
            #expect(files.count > 50)
            let paths = files.map { directory("files") + "/" + $0 }
            let imported = Tiny.options(directory("run"), steps: 1000)
            let said = try await run(["import"] + paths + ["--held-out", "0.2"] + imported)
            #expect(said.last?.contains("are held out") == true, "\(said)")
            let offline = Run(path: directory("run"))
            _ = try await run(["train", "--logdir", directory("run"), "--offline"])

            let start = try #require(try offline.metrics("start").first)
            let steps = try #require(start.number("target_train_steps"))
            #expect(start.number("actors") == 0 && steps > 10)
            let last = try #require(try offline.metrics("held_out").last)
            #expect(last.number("train_steps") == steps && last.number("loss.model") ?? 0 > 0)
            #expect(try offline.metrics("evaluation").count == 1 && offline.metrics("episode").isEmpty)
            // It is known of the run from then on: what is asked for beyond that goes on in the same way.
            _ = try await run(["train", "--logdir", directory("run"), "--set", "replay.replay_ratio=12"])
            let again = try #require(try offline.metrics("held_out").last?.number("train_steps"))
            #expect(again > steps)
            #expect(try offline.metrics("episode").isEmpty)
            let report = try await run(["report", directory("run"), "--output", directory("report")])
            #expect(!report.isEmpty)
            let page = try String(contentsOfFile: directory("report") + "/losses-catch.svg", encoding: .utf8)
            #expect(page.contains("model, held out") && page.contains("training steps"))
        }

        @Test func mistakesAreOneLine() async throws {
            expect(
                try await mistake(["import", "--logdir", directory("a"), "--env", "catch", "--held-out", "1", "x.npz"]),
                says: "--held-out: a share of the episodes from 0.01 to 0.5, not 1.0")
            expect(
                try await mistake(["train", "--env", "catch", "--offline"]), says: "--offline: --logdir names the run")
            expect(
                try await mistake(
                    ["train", "--env", "catch", "--offline", "--lockstep", "--actors", "1", "--logdir", directory("b")]
                ),
                says: "run.offline: in lockstep training waits for its actor")
        }
    }
}
