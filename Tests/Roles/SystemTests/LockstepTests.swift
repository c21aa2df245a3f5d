import Foundation
import Glibc
import TestSupport
import Testing

/// What a run in lockstep has come to.
private struct Outcome: Equatable {
    /// Each stored trajectory: its place and the checksum of what happened.
    let experience: [String]
    let checkpoint: Checkpoint
    let evaluation: [Double]

    init(_ logdir: String) throws {
        let run = Run(path: logdir)
        experience = try run.experience()
        checkpoint = try Checkpoint(path: logdir + "/checkpoints/" + #require(run.checkpoints.last))
        let line = try #require(try run.metrics("evaluation").last)
        evaluation = ["mean", "standard_deviation", "train_steps"].compactMap { line.number($0) }
    }

    /// Of a run that is trained to its end.
    init(of logdir: String, steps: Int, seed: Int, settings: [String]) async throws {
        let train = try Child(options(logdir, steps: steps, seed: seed, settings: settings))
        #expect(try await train.end() == .init(status: 0), "\(train.transcript)")
        #expect(!train.transcript.contains("not as it would have"), "\(train.transcript)")
        try self.init(logdir)
    }
}

private func options(_ logdir: String, steps: Int, seed: Int, settings: [String] = []) -> [String] {
    let own = ["actors.environments_per_actor=2", "learner.threads=2"] + settings
    return ["train", "--lockstep", "--actors", "1", "--seed", "\(seed)"]
        + Tiny.options(logdir, steps: steps, settings: own)
}

/// `--lockstep` makes a run a function of its seed.
@Suite(.serialized, .timeLimit(.minutes(5))) struct LockstepTests {
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func outcome(_ name: String, seed: Int, settings: [String] = []) async throws -> Outcome {
        try await Outcome(of: directory(name), steps: 190, seed: seed, settings: settings)
    }

    @Test func repeatsFromItsSeed() async throws {
        let first = try await outcome("first", seed: 7)
        // What has to do with time only changes nothing.
        let second = try await outcome(
            "second", seed: 7,
            settings: ["learner.checkpoint_seconds=0.05", "learner.log_every=0.05", "replay.prefetch=1"])
        let other = try await outcome("other", seed: 8)
        // Twelve rounds of two trajectories of eight steps: 192 is the first number of whole rounds from 190 on.
        #expect(first.experience.count == 24)
        #expect(first.experience == second.experience)
        #expect(first.checkpoint == second.checkpoint)
        #expect(first.evaluation.count == 3 && first.evaluation == second.evaluation)
        #expect(first.checkpoint.tensors == other.checkpoint.tensors)
        #expect(first.checkpoint.bytes != other.checkpoint.bytes)
        #expect(first.experience != other.experience)
    }

    /// An evaluator beside it takes weights and time, and changes nothing.
    @Test func anEvaluatorDoesNotDisturb() async throws {
        let alone = try await outcome("alone", seed: 7)
        let watched = try await outcome(
            "watched", seed: 7, settings: ["evaluation.every_versions=1", "evaluation.episodes=10"])
        #expect(alone.experience == watched.experience)
        #expect(alone.checkpoint.tensors == watched.checkpoint.tensors)
        #expect(alone.evaluation == watched.evaluation)
    }

    @Test func refusesSeveralActors() async throws {
        let line = try await mistake(
            ["train", "--lockstep", "--actors", "2"] + Tiny.options(directory("run"), steps: 100))
        expect(line, says: "run.lockstep needs a single actor", "--actors 1", "got 2")
    }
}

extension SlowTests {
    @Suite(.timeLimit(.minutes(10))) struct LockstepInterruptions {
        /// SIGKILL to all of it, at moments that have nothing to do with its checkpoints: before there is one, and twice later.
        @Test(arguments: [
            [],
            // Frames of steps before are part of where an actor stands, and what leaves the replay is not missed.
            ["agent.agent=dymodreamer", "replay.capacity_steps=150"],
        ])
        func aKilledRunEndsAsOneThatWasNot(_ own: [String]) async throws {
            let directory = try TemporaryDirectory()
            let settings = ["learner.checkpoint_seconds=0.2", "learner.log_every=0.000001"] + own
            let whole = try await Outcome(of: directory("whole"), steps: 600, seed: 7, settings: settings)
            let logdir = directory("killed")
            let run = Run(path: logdir)
            let arguments = options(logdir, steps: 600, seed: 7, settings: settings)
            for steps in [0, 20, 70] {
                let train = try Child(arguments)
                try await eventually("\(steps) training steps; it wrote: \(train.transcript)") {
                    try steps == 0
                        ? (try? run.streams())?.isEmpty == false : run.trainSteps >= steps && !run.checkpoints.isEmpty
                }
                for process in Processes.withArgument(logdir).keys { kill(process, SIGKILL) }
                try await train.end()
                #expect(!train.transcript.contains("not as it would have"), "\(train.transcript)")
            }
            let lines = try run.metrics("train").count
            let killed = try await Outcome(of: logdir, steps: 600, seed: 7, settings: settings)
            #expect(killed.experience == whole.experience)
            #expect(killed.checkpoint == whole.checkpoint)
            #expect(killed.evaluation == whole.evaluation)
            #expect(try run.streams().count == 1, "one actor's stream, as if it had never ended")
            // What a step has measured is the same, too.
            let expected = try measurements(Run(path: directory("whole")))
            let resumed = try measurements(run, after: lines)
            #expect(resumed.count > 20)
            for (step, values) in resumed { #expect(values == expected[step], "training step \(step)") }
        }

        /// What training steps have measured, by their number and without times.
        private func measurements(_ run: Run, after lines: Int = 0) throws -> [Int: [String: Double]] {
            var found: [Int: [String: Double]] = [:]
            for line in try run.metrics("train").dropFirst(lines) {
                let values = line.fields.compactMapValues { ($0 as? NSNumber)?.doubleValue }
                found[try #require(line.number("train_steps").map { Int($0) })] = values.filter {
                    !["time", "train_steps_per_second"].contains($0.key) && !$0.key.hasPrefix("seconds.")
                }
            }
            return found
        }

        /// Turns are taken again after an actor's death, a stop and a learner's death.
        @Test func goesOn() async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let run = Run(path: logdir)
            let arguments = options(logdir, steps: 1200, seed: 1, settings: ["actors.environments_per_actor=1"])
            let first = try Child(arguments)
            try await eventually("training") { try run.trainSteps >= 20 }
            kill(try #require(Processes.actor("actor-0", logdir: logdir)), SIGKILL)
            let before = try run.trainSteps
            try await eventually("more training with another actor") { try run.trainSteps >= before + 20 }
            first.send(SIGINT)
            #expect(try await first.end() == .init(status: 4), "\(first.transcript)")

            let second = try Child(arguments)
            let stopped = try run.trainSteps
            try await eventually("training after a stop") { try run.trainSteps >= stopped + 20 }
            let learner = Processes.withArgument(logdir).first { $0.value.contains("learner") }
            kill(try #require(learner?.key), SIGKILL)
            #expect(try await second.end().status != 0)

            let third = try Child(arguments)
            #expect(try await third.end(within: .seconds(300)) == .init(status: 0), "\(third.transcript)")
            #expect(try run.agentSteps >= 1200)
            try run.expectContiguous()
        }

        /// An actor that waits for weights gets those of a learner that was killed and started again.
        @Test func actorOutlivesItsLearner() async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let run = Run(path: logdir)
            let settings = ["run.lockstep=true", "actors.count=1"]
            let (first, port) = try await Tiny.learner(logdir, settings: settings)
            let actor = try Tiny.actor("one", port: port, logdir: logdir)
            try await eventually("training") { try run.trainSteps >= 20 }
            first.send(SIGKILL)
            try await first.end()
            let before = try run.trainSteps
            let (second, _) = try await Tiny.learner(logdir, port: port, settings: settings)
            try await eventually("training with the actor that was there") { try run.trainSteps >= before + 20 }
            #expect(actor.ending == nil)
            // The place of the one actor is taken.
            let other = try Tiny.actor("two", port: port, logdir: logdir)
            try await other.message("in lockstep with its one actor one")
            second.send(SIGINT)
            #expect(try await second.end() == .init(status: 0), "\(second.transcript)")
            try run.expectContiguous()
        }
    }
}
