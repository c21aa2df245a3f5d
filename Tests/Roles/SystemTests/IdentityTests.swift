import Foundation
import Glibc
import TestSupport
import Testing

/// A run stays what it is, whatever somebody tells a command about its directory by mistake.
@Suite(.serialized, .timeLimit(.minutes(5))) struct IdentityTests {
    let directory: TemporaryDirectory
    let logdir: String
    let run: Run

    init() throws {
        directory = try TemporaryDirectory()
        logdir = directory("run")
        run = Run(path: logdir)
    }

    private var settings: Data {
        get throws { try Data(contentsOf: URL(fileURLWithPath: logdir + "/config.yaml")) }
    }

    /// A run of Catch that was stopped, with a checkpoint.
    private func begin(seed: Int = 7) async throws {
        let (learner, port) = try await Tiny.learner(logdir, steps: 72, settings: ["run.seed=\(seed)"])
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("training") { try run.trainSteps >= 2 }
        learner.send(SIGINT)
        #expect(try await learner.end() == .init(status: 0), "\(learner.transcript)")
        actor.send(SIGKILL)
    }

    @Test func aWrongDirectoryChangesNothing() async throws {
        try await begin()
        let before = try settings
        for command in ["train", "learner"] {
            let listen = command == "learner" ? ["--listen", "127.0.0.1:0"] : []
            for (arguments, says) in [
                // Of another shape, and of the same.
                (["--env", "cartpole/swingup"], ["environment.id", "catch", "cartpole/swingup"]),
                (["--env", "minatar/breakout", "--steps", "900"], ["environment.id", "catch", "minatar/breakout"]),
                (["--seed", "8"], ["run.seed", "7", "8"]),
                (["--set", "agent.deter=32"], ["agent.deter", "64", "32"]),
                (["--agent", "mudreamer"], ["agent.agent", "dymodreamer", "mudreamer"]),
                (["--set", "run.id=another"], ["run.id", "another"]),
            ] {
                let line = try await mistake([command, "--logdir", logdir] + listen + arguments)
                expect(line, says: logdir, "another --logdir")
                for part in says { expect(line, says: part) }
                #expect(try settings == before, "\(arguments)")
            }
        }
        // What may change does.
        let train = try Child(["train", "--logdir", logdir, "--steps", "76", "--set", "agent.model_lr=1e-3"])
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        #expect(
            train.output.filter { $0.contains("changed on resume: run.steps: 72 → 76") }.count == 1, "\(train.output)"
        )
        #expect(try run.agentSteps >= 76)
    }

    /// The checkpoint knows what the run was.
    @Test func withoutItsSettingsARunResumesAsItWas() async throws {
        try await begin()
        let before = try settings
        try FileManager.default.removeItem(atPath: logdir + "/config.yaml")
        let wrong = try await mistake(["train", "--logdir", logdir, "--env", "minatar/breakout"])
        expect(wrong, says: "environment.id", "catch", "minatar/breakout")
        let (learner, _) = try await Tiny.resumed(logdir)
        #expect(
            learner.messages.contains {
                $0.contains("there is no config.yaml: the settings are those of the newest checkpoint")
            })
        #expect(try settings == before)
    }

    /// Nobody guesses what experience is of.
    @Test func experienceWithoutSettingsIsRefused() async throws {
        try await begin()
        try FileManager.default.removeItem(atPath: logdir + "/config.yaml")
        try FileManager.default.removeItem(atPath: logdir + "/checkpoints")
        let line = try await mistake(["train", "--logdir", logdir])
        expect(line, says: logdir, "config.yaml", "--env", "another --logdir")
    }

    /// Somebody has moved the experience away: that is said, and the run goes on from its checkpoint with what comes.
    @Test func aRunWhoseExperienceIsGoneSaysSo() async throws {
        try await begin()
        let stored = try run.agentSteps
        for name in try FileManager.default.contentsOfDirectory(atPath: logdir) where name.hasPrefix("replay") {
            try FileManager.default.removeItem(atPath: "\(logdir)/\(name)")
        }
        let trained = try #require(Int(run.checkpoints.last?.prefix(10) ?? ""))
        let (learner, port) = try await listening(["--steps", "1000"])
        let line = try #require(learner.messages.first { $0.contains("the replay has lost") }, "\(learner.transcript)")
        expect(line, says: "agent steps that the checkpoint knows of", "moved away", "\(Tiny.prefill) steps")
        let actor = try Tiny.actor("b", port: port, logdir: logdir)
        try await eventually("training on new experience") { try run.trainSteps > trained }
        // What is gone counts as played.
        try await eventually("more steps than \(stored)") { try run.agentSteps > stored }
        #expect(actor.ending == nil)
    }

    private func listening(_ more: [String]) async throws -> (Child, port: Int) {
        let learner = try Child(["learner", "--listen", "127.0.0.1:0", "--logdir", logdir] + more)
        let line = try await learner.message("listening on 127.0.0.1:")
        return (learner, Int(line.split(separator: "127.0.0.1:")[1].prefix { $0.isNumber }) ?? 0)
    }

    /// Stored settings of another release, for all who read them; those of a person are held to what there is.
    @Test func settingsOfAnotherReleaseAreTaken() async throws {
        try await begin()
        let file = logdir + "/config.yaml"
        let older = String(decoding: try settings, as: UTF8.self).replacing(
            "\nagent:\n", with: "\nagent:\n  gone_key: 1\n")
        try older.write(toFile: file, atomically: true, encoding: .utf8)
        let notice = "\(file) has the key agent.gone_key of another release, which is ignored"
        for command in [["evaluate", "--logdir", logdir], ["report", logdir, "--output", directory("report")]] {
            let child = try Child(command)
            #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
            #expect(child.messages == [notice])
        }
        expect(
            try await mistake(["train", "--logdir", logdir, "--config", file]), says: file, "unknown key agent.gone_key"
        )
        expect(
            try await mistake(["train", "--logdir", logdir, "--set", "agent.gone_key=1"]), says: "--set",
            "unknown key agent.gone_key")
        let train = try Child(["train", "--logdir", logdir, "--steps", "76"])
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        #expect(train.output.count { $0.contains(notice) } == 1, "\(train.output)")
        #expect(!String(decoding: try settings, as: UTF8.self).contains("gone_key"))
    }

    // MARK: Tokens

    @Test(arguments: ["", "short\n"]) func nothingListensWithATokenThatAnybodyGuesses(text: String) async throws {
        try FileManager.default.createDirectory(atPath: logdir, withIntermediateDirectories: true)
        let token = logdir + "/token"
        try text.write(toFile: token, atomically: true, encoding: .utf8)
        chmod(token, 0o600)
        let learner = ["learner", "--listen", "127.0.0.1:0"] + Tiny.options(logdir, steps: 100)
        expect(try await mistake(learner), says: token, "remove it")
        expect(try await mistake(learner + ["--token-file", token]), says: token)
        expect(try await mistake(["actor", "--connect", "127.0.0.1:1", "--token-file", token]), says: token)
    }

    @Test func secretsThatOthersReadAreRefused() async throws {
        let token = try directory.write("a-secret-of-my-own\n", to: "token")
        chmod(token, 0o604)
        let actor = ["actor", "--connect", "127.0.0.1:1", "--token-file", token]
        expect(try await mistake(actor), says: token, "chmod 600")
        chmod(token, 0o600)
        let certificates = try Child(["certificates", "--output", directory("tls")])
        #expect(try await certificates.end() == .init(status: 0))
        let key = directory("tls") + "/actor-key.pem"
        chmod(key, 0o644)
        expect(try await mistake(actor + ["--tls", directory("tls")]), says: key, "chmod 600")
    }

    // MARK: Names

    /// Two that start in the same second do not become one.
    @Test func runsOfTheSameSecondHaveDirectoriesOfTheirOwn() async throws {
        let children = try (0..<4).map { _ in
            try Child(
                ["train"] + Tiny.options("", steps: 100_000).dropFirst(2),
                in: directory.path, environment: ["LC_ALL": "ar_EG.UTF-8", "LANG": "ar_EG.UTF-8"])
        }
        let names = try await eventually("four directories; \(children[0].transcript)", within: .seconds(30)) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory("runs"))) ?? []
            return names.count == children.count ? names : nil
        }
        // Their learners go with them.
        for child in children { child.send(SIGKILL) }
        for name in names {
            #expect(name.wholeMatch(of: /catch-dymodreamer-[0-9]{8}-[0-9]{6}(-[0-9]+)?/) != nil, "\(name)")
        }
    }

    /// Of two that start in one new directory at the same moment one has it, with what it was told, and the other says so.
    @Test(arguments: 0..<6) func oneOfTwoHasANewDirectory(round: Int) async throws {
        let children = try (1...2).map { seed in
            try Child(["train", "--seed", "\(seed)"] + Tiny.options(logdir, steps: 100_000))
        }
        let loser = try await eventually("the end of one; \(children.map(\.transcript))", within: .seconds(60)) {
            children.firstIndex { $0.ending != nil }
        }
        let (lost, survivor) = (children[loser], children[1 - loser])
        #expect(lost.ending?.signal == nil && (1...64).contains(lost.ending?.status ?? 0), "\(lost.transcript)")
        #expect(lost.messages.count == 1 && lost.messages[0].hasPrefix("dreamer: "), "\(lost.messages)")
        try await eventually("steps; \(survivor.transcript)") { try run.agentSteps > 0 }
        let settings = String(decoding: try settings, as: UTF8.self)
        #expect(
            settings.contains("\n  seed: \(2 - loser)\n"),
            "\(children[1 - loser].arguments) runs \(settings.prefix(40))")
        survivor.send(SIGINT)
        #expect(try await survivor.end(within: .seconds(60)) == .init(status: 4), "\(survivor.transcript)")
        let left = try FileManager.default.contentsOfDirectory(atPath: logdir).filter { $0.hasPrefix(".") }
        #expect(left.isEmpty)
    }

    // MARK: Limits of the system

    @Test func tooFewDescriptorsAreNamed() async throws {
        let program = try Program.executable.path
        let arguments = ["learner", "--listen", "127.0.0.1:0"] + Tiny.options(logdir, steps: 100)
        for limit in 4...40 where limit % 6 == 4 {
            let child = try Child(
                ["-c", "ulimit -n \(limit); exec \"$@\"", "sh", program] + arguments,
                program: URL(fileURLWithPath: "/bin/sh"))
            let ended = try? await child.end(within: .seconds(3))
            child.send(SIGKILL)
            guard let ended else { continue }
            #expect(ended.signal == nil && ended.status != 0, "\(limit): \(child.transcript)")
            #expect(child.messages.last?.contains("ulimit -n") == true, "\(limit): \(child.transcript)")
        }
    }

    /// As a user of its own, whose processes are counted alone. With too few threads one must not wait for those that never
    /// begin, among them the one that signals are taken by. (With a single one the library of products ends the process.)
    @Test(.enabled(if: geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0)) func tooFewThreadsAreNamed()
        async throws
    {
        let user = "\(1_000_000 + getpid())"
        #expect(chmod(directory.path, 0o777) == 0)
        let program = try Program.executable.path
        for limit in [2, 3, 5, 9, 14] {
            let logdir = directory("threads-\(limit)")
            let child = try Child(
                [
                    "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "prlimit", "--nproc=\(limit)", program,
                    "learner",
                ]
                    + ["--listen", "127.0.0.1:0"] + Tiny.options(logdir, steps: 100),
                program: URL(fileURLWithPath: "/usr/bin/setpriv"))
            let ended = try? await child.end(within: .seconds(20))
            child.send(SIGKILL)
            #expect(ended?.status == 71, "\(limit): \(child.transcript)")
            #expect(child.messages.last?.contains("ulimit -u") == true, "\(limit): \(child.transcript)")
        }
    }
}
