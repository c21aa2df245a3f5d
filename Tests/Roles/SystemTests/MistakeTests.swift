import Foundation
import Glibc
import TestSupport
import Testing

/// What a person can get wrong is answered with one line that says what is wrong and what to do.
@Suite(.serialized, .timeLimit(.minutes(5))) struct MistakeTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    // MARK: Names and values

    @Test func unknownEnvironment() async throws {
        let line = try await mistake(["train", "--env", "catsch", "--logdir", directory("run")])
        expect(line, says: "unknown environment catsch", "known are catch, catch/cue", "minatar/seaquest")
    }

    /// What is shown may come from a file or a peer: it neither steers a terminal nor begins a line.
    @Test func whatSteersATerminalIsShown() async throws {
        let line = try await mistake(["train", "--env", "cat\u{1b}[2J\u{202e}ch", "--logdir", directory("run")])
        expect(line, says: #"unknown environment cat\u{1b}[2J\u{202e}ch"#)
        #expect(!line.contains("\u{1b}") && !line.contains("\u{202e}"))
    }

    @Test func unknownAgent() async throws {
        let line = try await mistake(["train", "--agent", "dreamerv4", "--logdir", directory("run")])
        expect(line, says: "--agent", "unknown agent dreamerv4", "did you mean dreamerv3?", "dymodreamer")
    }

    @Test(arguments: ["train", "inspect"]) func agentsThatContradictThemselves(command: String) async throws {
        let logdir = command == "train" ? ["--logdir", directory("run")] : []
        let line = try await mistake([command, "--set", "agent.latent_difference=true"] + logdir)
        expect(line, says: "agent.latent_difference takes the place of d", "set agent.modulation=false")
    }

    @Test func parityWithoutConfiguration() async throws {
        let line = try await mistake(["parity", directory("none"), "--output", directory("out")])
        expect(line, says: "\(directory("none"))/config.json cannot be read")
    }

    @Test func unknownPreset() async throws {
        let line = try await mistake(["train", "--preset", "catch", "--logdir", directory("run")])
        expect(line, says: "unknown preset catch", "known presets", "catch-demo")
    }

    @Test func unknownSize() async throws {
        let line = try await mistake(["train", "--size", "nanno", "--logdir", directory("run")])
        expect(line, says: "unknown size nanno", "did you mean nano?")
    }

    @Test func unknownKey() async throws {
        let line = try await mistake(["train", "--set", "replay.prefil_steps=3", "--logdir", directory("run")])
        expect(line, says: "--set", "unknown key replay.prefil_steps", "did you mean prefill_steps?")
    }

    @Test(arguments: [("--set", "agent.batch=four", "four"), ("--steps", "1.5", "1.5")])
    func wrongType(option: String, value: String, found: String) async throws {
        let line = try await mistake(["train", option, value, "--logdir", directory("run")])
        expect(line, says: option, "expected a whole number, found \(found)")
    }

    /// Words that no command takes are named, in one line, whoever notices them.
    @Test(arguments: [
        (["help", "nosuch"], "unknown command nosuch"), (["help", "bench", "tables"], "did you mean table?"),
        (["nosuch"], "nosuch"), (["train", "--nosuch"], "--nosuch"), (["train", "more"], "more"),
        (["train", "--seed", "-1"], "--seed: run.seed: expected a whole number from 0, found -1"),
        (["train", "--steps", "-5"], "-5"), (["train", "--actors", "-2"], "-2"),
        (["evaluate", "--logdir", "x", "--seed", "-1"], "-1"), (["evaluate", "--logdir"], "--logdir"),
        (["report"], "directories"),
    ])
    func wordsThatNobodyTakes(arguments: [String], says: String) async throws {
        let child = try Child(arguments, in: directory.path)
        #expect(try await child.end() == .init(status: 64), "\(child.transcript)")
        #expect(child.output.isEmpty && child.messages.count == 1, "\(child.transcript)")
        expect(child.messages.first ?? "", says: "dreamer: ", says)
    }

    @Test func helpAndVersionAreNoMistakes() async throws {
        for (arguments, says) in [
            (["--version"], /[0-9]+\.[0-9]+/), (["help", "bench", "play"], /.*OVERVIEW.*/),
            (["train", "--help"], /.*OVERVIEW.*/),
            (["help"], /.*OVERVIEW.*/), ([], /.*OVERVIEW.*/),
        ] {
            let child = try Child(arguments)
            #expect(try await child.end() == .init(status: 0), "\(arguments): \(child.transcript)")
            let found = try says.wholeMatch(in: child.output.first ?? "")
            #expect(found != nil && child.messages.isEmpty, "\(child.transcript)")
        }
    }

    @Test func noMistakeLeavesADirectoryBehind() async throws {
        _ = try await mistake(["train", "--set", "agent.batch=0", "--logdir", directory("run")])
        #expect(!FileManager.default.fileExists(atPath: directory("run")))
    }

    @Test func badFile() async throws {
        let file = try directory.write("agent:\n  batch: 4\n  length: [\n", to: "bad.yaml")
        let line = try await mistake(["train", "--config", file, "--logdir", directory("run")])
        expect(line, says: "\(file):4: ")
    }

    @Test func unknownKeyInFile() async throws {
        let file = try directory.write("agent:\n  batsh: 4\n", to: "unknown.yaml")
        let line = try await mistake(["train", "--config", file, "--logdir", directory("run")])
        expect(line, says: "\(file):2: ", "unknown key agent.batsh", "did you mean batch?")
    }

    @Test func missingFile() async throws {
        let line = try await mistake(["train", "--config", directory("none.yaml"), "--logdir", directory("run")])
        expect(line, says: directory("none.yaml"), "No such file")
    }

    @Test func trainWithoutActors() async throws {
        let line = try await mistake(["train", "--actors", "0", "--logdir", directory("run")])
        expect(line, says: "train starts actors itself", "--actors must be at least 1", "dreamer learner")
        #expect(!FileManager.default.fileExists(atPath: directory("run")))
    }

    /// Before anything starts, and not in each of six starts of an actor.
    @Test func settingsThatTrainNothing() async throws {
        let line = try await mistake([
            "train", "--env", "minatar/breakout", "--steps", "300", "--logdir", directory("run"),
        ])
        expect(line, says: "run.steps must be above", "got 300")
    }

    /// Where the processor, or who starts the program, allows no products of bfloat16.
    @Test(arguments: [
        ["train", "--set", "learner.precision=bfloat16"], ["learner", "--set", "learner.precision=bfloat16"],
        ["train", "--set", "actors.precision=bfloat16"], ["bench", "train-step", "--precision", "bfloat16"],
    ])
    func precisionWithoutKernels(command: [String]) async throws {
        let arguments = command + (command[0] == "bench" ? [] : ["--logdir", directory("run")])
        let line = try await mistake(arguments, environment: ["DREAMER_KERNELS": "baseline"])
        expect(line, says: "precision bfloat16: DREAMER_KERNELS=baseline holds the kernels to float32: unset it")
        for file in ["config.yaml", "replay.sqlite"] {
            #expect(!FileManager.default.fileExists(atPath: directory("run") + "/" + file))
        }
    }

    // MARK: Directories

    @Test(arguments: ["train", "learner"]) func unwritableDirectory(command: String) async throws {
        // Below a file: that stops an administrator, too.
        let logdir = try directory.write("", to: "file") + "/run"
        let line = try await mistake([command] + Tiny.options(logdir, steps: 100))
        expect(line, says: "cannot write to \(logdir): Not a directory", "choose another --logdir")
    }

    @Test func evaluateWithoutRun() async throws {
        let line = try await mistake(["evaluate", "--logdir", directory("none")])
        expect(line, says: "\(directory("none")) holds no run", "give the --logdir of a run")
    }

    @Test func reportWithoutRun() async throws {
        let line = try await mistake(["report", directory("none"), "--output", directory("report")])
        expect(line, says: "\(directory("none")) holds no run", "give the --logdir of a run")
    }

    @Test func reportWithoutMetrics() async throws {
        let file = try directory.write("run: {seed: 1}\n", to: "config.yaml")
        let run = String(file.dropLast("/config.yaml".count))
        let line = try await mistake(["report", run, "--output", directory("report")])
        expect(line, says: "\(run) has no metrics.jsonl", "give the directory of a run that has been started")
        #expect(!FileManager.default.fileExists(atPath: directory("report")))
    }

    @Test func reportOfDamagedMetrics() async throws {
        _ = try directory.write("run: {seed: 1}\n", to: "config.yaml")
        let metrics = try directory.write("not JSON\n{}\n", to: "metrics.jsonl")
        let run = String(metrics.dropLast("/metrics.jsonl".count))
        let line = try await mistake(["report", run, "--output", directory("report")])
        expect(line, says: "2 lines of", "metrics cannot be read", "metrics.jsonl is damaged")
    }

    @Test func tokenFileMissing() async throws {
        let line = try await mistake(["actor", "--connect", "127.0.0.1:1", "--token-file", directory("none")])
        expect(line, says: directory("none"), "cannot be read", "LOGDIR/token")
    }

    // MARK: Addresses

    @Test func otherMachines() async throws {
        let line = try await mistake(
            ["learner", "--listen", "0.0.0.0:7400"] + Tiny.options(directory("run"), steps: 100))
        expect(line, says: "0.0.0.0 is reachable from other machines", "--tls DIR", "--insecure-listen")
    }

    @Test func noAddress() async throws {
        let token = try directory.write("secret\n", to: "token")
        let line = try await mistake(["actor", "--connect", "nowhere", "--token-file", token])
        expect(line, says: "nowhere is not HOST:PORT", "127.0.0.1:7400")
    }

    @Test func portInUse() async throws {
        let (other, logdir) = (try RawSocket(), directory("run"))
        func refused(steps: Int) async throws {
            let line = try await mistake(
                ["learner", "--listen", "127.0.0.1:\(other.port)"] + Tiny.options(logdir, steps: steps))
            expect(line, says: "port \(other.port) of 127.0.0.1 is in use", "choose another")
        }
        try await refused(steps: 100)
        // No run has begun there.
        #expect(try Set(files(in: logdir).keys) == ["token"])
        let (learner, _) = try await Tiny.learner(logdir, steps: 100)
        learner.send(SIGINT)
        #expect(try await learner.end() == .init(status: 0), "\(learner.transcript)")
        let before = try files(in: logdir)
        #expect(before.keys.contains("config.yaml") && before.keys.contains("run.json"))
        try await refused(steps: 200)
        #expect(try files(in: logdir) == before)
    }

    /// What is in the files below a directory, by their paths.
    private func files(in directory: String) throws -> [String: Data] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory)
        return Dictionary(
            uniqueKeysWithValues: paths.compactMap { path in
                // Directories have no contents.
                FileManager.default.contents(atPath: "\(directory)/\(path)").map { (path, $0) }
            })
    }

    // MARK: Environments

    @Test func noVirtualEnvironment() async throws {
        let line = try await mistake(
            ["train", "--python", "/nonexistent/python"]
                + Tiny.options(directory("run"), steps: 100, environment: "atari/pong"))
        expect(line, says: "/nonexistent/python", "cannot be executed", "scripts/setup --envs")
    }

    @Test func noVirtualEnvironmentInVariable() async throws {
        let line = try await mistake(
            ["learner", "--listen", "127.0.0.1:0"]
                + Tiny.options(directory("run"), steps: 100, environment: "atari/pong"),
            environment: ["DREAMER_PYTHON": "/nonexistent/python"])
        expect(line, says: "DREAMER_PYTHON names /nonexistent/python", "scripts/setup --envs")
    }

    // MARK: Processor

    @Test func kernelsThatDoNotExist() async throws {
        let line = try await mistake(["bench", "check"], environment: ["DREAMER_KERNELS": "sse9"])
        expect(line, says: "DREAMER_KERNELS=sse9", "known are", "baseline")
    }

    // MARK: Certificates

    @Test func certificatesThatDoNotFit() async throws {
        let learner = ["learner", "--logdir", directory("run"), "--env", "catch", "--listen", "127.0.0.1:0"]
        expect(try await mistake(learner + ["--tls", directory("none")]), says: "learner.pem cannot be read")
        expect(try await mistake(learner + ["--tls-key", "key.pem"]), says: "belong together", "--tls DIR")
        let certificates = ["certificates", "--output", directory("tls")]
        expect(try await mistake(certificates + ["--days", "0"]), says: "--days must be 1 to 3650")
        expect(try await mistake(certificates + ["--hosts", "a,b c"]), says: "--hosts: b c is no host name")
    }
}
