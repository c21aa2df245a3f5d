import Foundation
import Glibc
import TestSupport
import Testing

/// Everything that runs can be stopped by every signal that people and batch systems send, whatever it waits for, and
/// leaves no process behind.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StopTests {
    let directory: TemporaryDirectory
    let logdir: String
    let run: Run

    init() throws {
        directory = try TemporaryDirectory()
        logdir = directory("run")
        run = Run(path: logdir)
    }

    /// An actor whose learner is nowhere.
    private func lonelyActor(_ more: String...) throws -> Child {
        let token = try directory.write("a-secret-of-my-own\n", to: "token")
        chmod(token, 0o600)
        return try Child(["actor", "--connect", "127.0.0.1:1", "--token-file", token, "--name", "a"] + more)
    }

    private func expectNothingLeft(_ python: FakePython) async throws {
        try await eventually("the end of \(python.processes)", within: .seconds(10)) { python.processes.isEmpty }
    }

    // MARK: Actors

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGUSR1]) func anActorThatFindsNoLearner(signal: Int32) async throws {
        let actor = try lonelyActor()
        try await actor.message("no connection to the learner")
        actor.send(signal)
        #expect(try await actor.end(within: .seconds(5)) == .init(status: 0), "\(actor.transcript)")
    }

    @Test func anActorThatFindsNoLearnerGivesUp() async throws {
        let actor = try lonelyActor("--give-up", "1")
        #expect(try await actor.end(within: .seconds(10)) == .init(status: 6), "\(actor.transcript)")
        expect(actor.messages.last ?? "", says: "dreamer: ", "127.0.0.1:1", "for 1 s", "--give-up")
    }

    /// It has nothing to save, and goes on.
    @Test func aRequestToSaveEndsNoActor() async throws {
        let actor = try lonelyActor()
        try await actor.message("no connection to the learner")
        actor.send(SIGUSR2)
        try await Task.sleep(for: .seconds(1))
        #expect(actor.ending == nil)
    }

    @Test(.enabled(if: FakePython.isThere), arguments: [SIGTERM, SIGKILL])
    func anActorWhoseEnvironmentHangs(signal: Int32) async throws {
        let python = try FakePython(.hanging, in: directory)
        let (learner, port) = try await Tiny.learner(logdir, environment: FakePython.task, python: python.path)
        let actor = try Child([
            "actor", "--connect", "127.0.0.1:\(port)", "--token-file", logdir + "/token", "--name", "a", "--python",
            python.path,
        ])
        try await eventually("a hanging environment and its child", within: .seconds(30)) {
            python.processes.count >= 2
        }
        actor.send(signal)
        let expected = signal == SIGKILL ? Child.Ending(status: 0, signal: signal) : Child.Ending(status: 0)
        #expect(try await actor.end(within: .seconds(20)) == expected, "\(actor.transcript)")
        try await expectNothingLeft(python)
        #expect(learner.ending == nil)
        guard signal == SIGTERM else { return }
        // What it had before is handed over.
        #expect(learner.ending == nil)
        try await eventually("its steps", within: .seconds(30)) {
            try run.streams().flatMap(\.steps).reduce(0) { $0 + $1.count } >= 10
        }
    }

    /// What happened in the last second is reported before it leaves.
    @Test func anActorThatStopsReportsAllItsSteps() async throws {
        // So little training that nobody waits for it.
        let (learner, port) = try await Tiny.learner(logdir, settings: ["replay.replay_ratio=0.01"])
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("experience") {
            try run.streams().flatMap(\.steps).reduce(0) { $0 + $1.count } >= 200
        }
        actor.send(SIGTERM)
        #expect(try await actor.end(within: .seconds(20)) == .init(status: 0), "\(actor.transcript)")
        learner.send(SIGTERM)
        #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
        // Each episode of Catch has as many steps as there are rows to fall; the last one may be under way.
        let episodes = try run.metrics("episode").compactMap { $0.number("length") }
        let length = try #require(episodes.first)
        let steps = try run.streams().flatMap(\.steps).reduce(0) { $0 + $1.count }
        // The first step of an episode is none of its length.
        #expect(episodes.count == Int(Double(steps) / (length + 1)))
    }

    // MARK: Learners

    @Test(arguments: [SIGHUP, SIGUSR1]) func aLearnerSavesAndStops(signal: Int32) async throws {
        let (learner, _) = try await Tiny.learner(logdir)
        learner.send(signal)
        #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
        #expect(learner.messages.contains { $0.contains("stopped; the same command resumes") })
        #expect(run.checkpoints.count == 1)
    }

    /// A batch system tells it, and so does its supervisor, or it says the same with another signal.
    @Test(arguments: [[SIGTERM, SIGTERM], [SIGUSR1, SIGTERM, SIGHUP]])
    func aLearnerThatIsToldMoreThanOnce(signals: [Int32]) async throws {
        let (learner, _) = try await Tiny.learner(logdir)
        for signal in signals { learner.send(signal) }
        #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
        #expect(run.checkpoints.count == 1)
    }

    /// As Slurm does to all processes of a job's step.
    @Test func aRunOfWhichAllProcessesAreTold() async throws {
        let train = try await training()
        for process in Processes.withArgument(logdir).keys { kill(process, SIGTERM) }
        #expect(try await train.end(within: .seconds(60)) == .init(status: 4), "\(train.transcript)")
        #expect(run.checkpoints.count == 1)
    }

    @Test func aLearnerSavesWhenItIsAsked() async throws {
        let (learner, port) = try await Tiny.learner(logdir, settings: ["learner.checkpoint_seconds=10000"])
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("training") { try run.trainSteps >= 2 }
        #expect(run.checkpoints.isEmpty && actor.ending == nil)
        learner.send(SIGUSR2)
        try await eventually("a checkpoint", within: .seconds(20)) { run.checkpoints.count == 1 }
        #expect(learner.ending == nil)
    }

    @Test(.enabled(if: FakePython.isThere)) func aLearnerWhoseEnvironmentHangsAtOnce() async throws {
        let python = try FakePython(.hangingFromTheStart, in: directory)
        let learner = try Child(
            ["learner", "--listen", "127.0.0.1:0", "--python", python.path]
                + Tiny.options(logdir, steps: 100, environment: FakePython.task))
        try await eventually("a hanging environment and its child", within: .seconds(30)) {
            python.processes.count >= 2
        }
        learner.send(SIGINT)
        #expect(try await learner.end(within: .seconds(10)).status == 128 + SIGINT, "\(learner.transcript)")
        try await expectNothingLeft(python)
    }

    /// Held back by the replay ratio, actors have more than the learner wants: a stop is no reason to take it all.
    @Test func aLearnerThatStopsTakesOnlyWhatIsUnderWay() async throws {
        // So little training that the window opens rarely.
        let settings = ["learner.checkpoint_seconds=10000", "replay.replay_ratio=256", "agent.batch=16"]
        let (learner, port) = try await Tiny.learner(logdir, settings: settings)
        let actor = try Tiny.actor("a", port: port, logdir: logdir)
        try await eventually("training") { try run.trainSteps >= 20 }
        let before = try run.streams().flatMap(\.sequences).count
        learner.send(SIGINT)
        #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
        let after = try run.streams().flatMap(\.sequences).count
        // Two trajectories are a window; a few more may come while the signal is under way.
        #expect(after - before <= 6, "\(after - before) trajectories came in after the stop")
        try await actor.message("lost the learner")
        actor.send(SIGTERM)
        #expect(try await actor.end(within: .seconds(20)) == .init(status: 0), "\(actor.transcript)")
    }

    // MARK: Train

    /// A run of Catch that trains, and saves only when it is asked to.
    private func training() async throws -> Child {
        let train = try Child(
            ["train"] + Tiny.options(logdir, steps: 100_000, settings: ["learner.checkpoint_seconds=10000"]))
        try await eventually("training; \(train.transcript)") { try run.trainSteps >= 2 }
        #expect(run.checkpoints.isEmpty)
        return train
    }

    @Test func aRunSavesWhenItIsAskedAndGoesOn() async throws {
        let train = try await training()
        train.send(SIGUSR2)
        try await eventually("a checkpoint; \(train.transcript)", within: .seconds(20)) { run.checkpoints.count == 1 }
        let trained = try run.trainSteps
        try await eventually("more training") { try run.trainSteps > trained }
        #expect(train.ending == nil)
        train.send(SIGINT)
        #expect(try await train.end(within: .seconds(60)) == .init(status: 4), "\(train.transcript)")
    }

    @Test(arguments: [SIGHUP, SIGUSR1]) func aRunSavesAndStops(signal: Int32) async throws {
        let train = try await training()
        train.send(signal)
        #expect(try await train.end(within: .seconds(60)) == .init(status: 4), "\(train.transcript)")
        #expect(run.checkpoints.count == 1)
        #expect(train.output.last == "stopped; `dreamer train --logdir \(logdir)` resumes")
        try await eventually("the end of all processes", within: .seconds(20)) {
            Processes.withArgument(logdir).isEmpty
        }
    }

    /// Somebody stops the learner alone: its run is not complete, and nothing is evaluated as if it were.
    @Test func aRunWhoseLearnerIsStopped() async throws {
        let train = try await training()
        let learner = try #require(Processes.withArgument(logdir).first { $0.value.contains("learner") }?.key)
        kill(learner, SIGTERM)
        #expect(try await train.end(within: .seconds(60)) == .init(status: 4), "\(train.transcript)")
        #expect(!train.output.contains { $0.contains("mean return") || $0.hasPrefix("evaluating") })
        #expect(
            train.messages == ["dreamer: the learner was stopped before the run was complete; the same command resumes"]
        )
        #expect(run.checkpoints.count == 1)
    }

    /// Nothing is left, whatever `train`'s children wait for.
    @Test(.enabled(if: FakePython.isThere)) func aSupervisorThatIsKilled() async throws {
        let python = try FakePython(.hanging, in: directory)
        let train = try Child(
            ["train", "--python", python.path] + Tiny.options(logdir, steps: 100_000, environment: FakePython.task))
        // Two actors' environments, and what each of them has started.
        try await eventually("hanging environments", within: .seconds(30)) { python.processes.count >= 4 }
        train.send(SIGKILL)
        try await train.end()
        try await eventually("the end of \(Processes.withArgument(directory.path))", within: .seconds(30)) {
            Processes.withArgument(directory.path).isEmpty
        }
    }

    // MARK: Evaluation

    @Test(arguments: [SIGINT, SIGHUP]) func theEvaluationAtTheEnd(signal: Int32) async throws {
        let train = try Child(["train"] + Tiny.options(logdir, steps: 72, settings: ["evaluation.episodes=2000000"]))
        try await eventually("the evaluation; \(train.transcript)") {
            train.output.contains { $0.hasPrefix("evaluating over") }
        }
        train.send(signal)
        #expect(try await train.end(within: .seconds(10)) == .init(status: 128 + signal), "\(train.transcript)")
        #expect(
            train.messages.last?.contains("dreamer evaluate --logdir \(logdir) --record") == true, "\(train.transcript)"
        )
    }

    /// An environment without an end has episodes that end.
    @Test(.enabled(if: FakePython.isThere)) func anEndlessEnvironmentIsEvaluated() async throws {
        let python = try FakePython(.endless, in: directory)
        let settings = ["evaluation.episodes=2", "evaluation.time_limit=30"]
        let train = try Child(
            ["train", "--python", python.path]
                + Tiny.options(logdir, steps: 72, environment: FakePython.task, settings: settings))
        #expect(try await train.end(within: .seconds(60)) == .init(status: 0), "\(train.transcript)")
        expect(train.output.last ?? "", says: "mean return", "over 2 episodes")
        try await expectNothingLeft(python)
    }
}
