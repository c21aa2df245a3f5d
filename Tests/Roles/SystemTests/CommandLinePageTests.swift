import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

/// `docs/command-line.md` says what the program takes, and the program teaches.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CommandLinePageTests {
    private struct Help: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String, name: String
            }
            let shouldDisplay: Bool
            let names: [Name]?
        }
        let commandName: String
        let shouldDisplay: Bool?
        let discussion: String?
        let subcommands: [Command]?
        let arguments: [Argument]?

        /// Of this command and those below it.
        var allOptions: [String] { options + (subcommands ?? []).flatMap(\.allOptions) }

        var options: [String] {
            (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.filter { $0.kind == "long" }
                .map { "--\($0.name)" }
        }
    }

    private let page: String

    init() throws {
        page = try Repository.text("docs/command-line.md")
    }

    private func run(_ arguments: String...) async throws -> String {
        let child = try Child(arguments)
        #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
        return child.output.joined(separator: "\n")
    }

    private func commands() async throws -> [Command] {
        let text = try await run("--experimental-dump-help")
        return try (JSONDecoder().decode(Help.self, from: Data(text.utf8)).command.subcommands ?? [])
            .filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// The text below a heading.
    private func section(_ heading: String) -> String? {
        page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") }
    }

    @Test func everyCommandAndOptionIsDocumentedAndNoOther() async throws {
        let commands = try await commands()
        #expect(commands.count > 10)
        let shared = try #require(section("Options of several commands"))
        for command in commands {
            let own = try #require(section("`dreamer \(command.commandName)`"), "\(command.commandName)")
            for option in command.options {
                #expect(
                    own.contains("`\(option)`") || shared.contains("`\(option)`"), "\(command.commandName) \(option)")
            }
            for match in own.matches(of: /`(--[a-z-]+)`/) {
                #expect(command.allOptions.contains(String(match.1)), "\(match.1) is none of \(command.commandName)")
            }
        }
        let names = page.matches(of: /\n## `dreamer ([a-z-]+)`/).map { String($0.1) }
        #expect(Set(names) == Set(commands.map(\.commandName)))
    }

    @Test func everyCommandTeachesWithExamples() async throws {
        for command in try await commands() where command.commandName != "bench" {
            let help = try await run("help", command.commandName)
            #expect(
                help.contains("dreamer \(command.commandName) ") && help.contains("xamples:"), "\(command.commandName)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionKnowsCommandsAndOptions(_ shell: String) async throws {
        let script = try await run("--generate-completion-script", shell)
        for word in ["train", "evaluate", "doctor", "logdir", "preset"] { #expect(script.contains(word), "\(word)") }
    }

    @Test func whatConfigPrintsLoadsAgain() async throws {
        let directory = try TemporaryDirectory()
        for arguments in [
            ["--env", "catch", "--seed", "7"], ["--preset", "minatar", "--size", "nano"],
        ] {
            let annotated = try Child(["config"] + arguments)
            #expect(try await annotated.end() == .init(status: 0), "\(annotated.transcript)")
            #expect(annotated.output.contains { $0.contains("# Source of every random number of the run.") })
            #expect(annotated.output.contains { $0.contains("must be positive") })
            let file = try directory.write(annotated.output.joined(separator: "\n"), to: "mine.yaml")
            let plain = try Child(["config", "--plain"] + arguments)
            let again = try Child(["config", "--plain", "--config", file])
            #expect(try await again.end() == .init(status: 0), "\(again.transcript)")
            try await plain.end()
            #expect(again.output == plain.output && plain.output.count > 50)
        }
    }

    @Test func runsAreListed() async throws {
        let directory = try TemporaryDirectory()
        let train = try Child(["train"] + Tiny.options(directory("runs/one"), steps: 100))
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        let text = try await run("runs", directory("runs"), "--json")
        let runs = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        let one = try #require(runs.first)
        #expect(runs.count == 1 && one["state"] as? String == "complete" && one["environment"] as? String == "catch")
        #expect((one["agent_steps"] as? Int ?? 0) >= 100 && one["evaluated"] as? Bool == true)
        #expect((one["bytes"] as? Int ?? 0) > 10_000 && (one["return"] as? Double).map { abs($0) <= 1 } == true)
        let table = try await run("runs", directory("runs/one"))
        #expect(table.contains("complete") && table.split(separator: "\n").count == 2)
        // The run's own evaluation was its first, and so its best.
        let best = try await run(
            "evaluate", "--logdir", directory("runs/one"), "--checkpoint", "best", "--episodes", "5")
        #expect(best.contains("mean return"))
        let line = try await mistake(["evaluate", "--logdir", directory("runs/one"), "--checkpoint", "7"])
        expect(line, says: "0000000007.safetensors", "there are ")
    }

    @Test func aReplayIsShownCheckedAndCompacted() async throws {
        let directory = try TemporaryDirectory()
        let logdir = directory("run")
        let train = try Child(["train"] + Tiny.options(logdir, steps: 100))
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        let text = try await run("replay", "show", logdir, "--json")
        let summary = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let stored = try #require(summary["stored"] as? [String: Int])
        #expect(stored["steps"] == summary["inserted"] as? Int && summary["left"] as? Int == 0)
        let count = try #require(stored["trajectories"])
        #expect(try await run("replay", "check", logdir) == "\(count) trajectories read, 0 damaged")
        #expect(try await run("replay", "compact", logdir).contains("bytes before"))
        let database = try DatabaseQueue(path: logdir + "/replay.sqlite")
        // A byte in the middle of a payload.
        try await database.write {
            try $0.execute(
                sql:
                    "UPDATE payload SET bytes = CAST(substr(bytes, 1, 40) || x'55' || substr(bytes, 42) AS BLOB) WHERE id = 2"
            )
        }
        try database.close()
        let check = try Child(["replay", "check", logdir])
        #expect(try await check.end() == .init(status: 1), "\(check.transcript)")
        #expect(check.output.contains { $0.contains("trajectory 2 is damaged") })
        expect(try await mistake(["replay", "show", directory("none")]), says: "holds no replay")
    }

    /// Out of a run, into another one, and trained from there without actors.
    @Test func episodesAreTakenElsewhereAndTrainedFrom() async throws {
        let directory = try TemporaryDirectory()
        let (logdir, other) = (directory("run"), directory("other"))
        let train = try Child(["train"] + Tiny.options(logdir, steps: 100))
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        let exported = try await run("replay", "export", logdir, "--out", directory("episodes"))
        #expect(exported.contains(" episodes, "))
        let files = try FileManager.default.contentsOfDirectory(atPath: directory("episodes")).sorted()
        let into = ["import"] + Tiny.options(other, steps: 100) + files.map { directory("episodes/\($0)") }
        let first = try Child(into)
        #expect(try await first.end() == .init(status: 0), "\(first.transcript)")
        let again = try Child(into)
        try await again.end()
        #expect(again.output.contains { $0.contains("of which 0 are new") }, "\(again.transcript)")
        let offline = try Child(["train", "--offline"] + Tiny.options(other, steps: 100))
        #expect(try await offline.end() == .init(status: 0), "\(offline.transcript)")
        let (one, two) = (Run(path: logdir), Run(path: other))
        #expect(try two.trainSteps > 0 && abs(two.trainSteps - one.trainSteps) <= 2)
        #expect(try two.streams().map(\.actor) == ["import"])
        expect(
            try await mistake(["train", "--offline"] + Tiny.options(directory("none"), steps: 100)),
            says: "holds no replay")
    }

    @Test func theDoctorNamesWhatIsWrong() async throws {
        let directory = try TemporaryDirectory()
        let text = try await run("doctor", "--logdir", directory.path, "--listen", "127.0.0.1:0", "--json")
        let findings = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        let states = Dictionary(
            uniqueKeysWithValues: findings.map { ($0["name"] as? String ?? "", $0["state"] as? String) })
        for name in [
            "kernels", "blas", "processors", "memory", "python", "port", "file system", "writing", "disk", "clock",
        ] {
            #expect(states[name] != nil, "\(name)")
        }
        #expect(states["writing"] != "fault" && states["port"] == "ok")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
        let sick = try Child(["doctor", "--logdir", "/proc/runs"])
        #expect(try await sick.end() == .init(status: 1), "\(sick.transcript)")
        #expect(sick.output.contains { $0.hasPrefix("fault") && $0.contains("choose a directory that can be written") })
    }

    @Test func messagesComeAsObjects() async throws {
        let directory = try TemporaryDirectory()
        let learner = try Child(
            ["learner", "--listen", "127.0.0.1:0", "--log-format", "json", "--log", "debug"]
                + Tiny.options(directory("run"), steps: 100))
        try await learner.message("listening on 127.0.0.1:")
        learner.send(SIGINT)
        try await learner.end()
        let objects = try learner.messages.filter { $0.hasPrefix("{") }.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(objects.contains { $0["message"] as? String == "stopped; the same command resumes" })
        for object in objects {
            #expect(object["level"] is String && object["time"] is Double && object["logger"] != nil)
        }
    }
}
