import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

extension SlowTests {
    /// `dreamer train` from start to end, interrupted, and with an actor that dies.
    @Suite(.timeLimit(.minutes(15))) struct TrainTests {
        let directory: TemporaryDirectory
        let logdir: String
        let run: Run

        init() throws {
            directory = try TemporaryDirectory()
            logdir = directory("run")
            run = Run(path: logdir)
        }

        private func train(_ steps: Int) throws -> Child {
            try Child(["train"] + Tiny.options(logdir, steps: steps))
        }

        private func expectNoProcessLeft() async throws {
            try await eventually("the end of all processes", within: .seconds(20)) {
                Processes.withArgument(logdir).isEmpty
            }
        }

        // MARK: From start to end

        @Test func completeRun() async throws {
            let steps = 2000
            let train = try train(steps)
            let ending = try await train.end(within: .seconds(300))
            #expect(ending == .init(status: 0), "\(train.transcript)")
            try expectEvaluation(train)
            #expect(!train.output.contains { $0.contains("warning") }, "\(train.output)")
            #expect(train.messages.isEmpty)
            #expect(train.output.contains { $0.contains("dashboard at http://127.0.0.1:") })
            #expect(FileManager.default.fileExists(atPath: logdir + "/config.yaml"))
            #expect((1...2).contains(run.checkpoints.count))
            #expect(run.checkpoints.allSatisfy { $0.hasSuffix(".safetensors") })
            let kinds = Set(try run.metrics().map(\.kind))
            #expect(
                kinds == [
                    "start", "progress", "process", "train", "actor", "replay", "episode", "evaluation", "staleness",
                    "budget", "picture",
                ])
            try expectNewerVersions(of: ["actor-0", "actor-1"])
            try expectReplayRatio(steps)
            try run.expectContiguous()
            try await expectNoProcessLeft()
        }

        /// Beside training, with an evaluator that is killed on the way: its episodes are measured, and nowhere else.
        @Test func evaluatesBesideTraining() async throws {
            let settings = ["evaluation.every_versions=5", "evaluation.policy=mode"]
            let train = try Child(["train"] + Tiny.options(logdir, steps: 4000, settings: settings))
            try await eventually("an evaluation", within: .seconds(120)) { try !run.metrics("evaluator").isEmpty }
            kill(try #require(Processes.actor("evaluator", logdir: logdir)), SIGKILL)
            let before = try run.metrics("evaluator").count
            try await eventually("another evaluation", within: .seconds(120)) {
                try run.metrics("evaluator").count > before
            }
            #expect(try await train.end(within: .seconds(300)) == .init(status: 0), "\(train.transcript)")
            let evaluations = try run.metrics("evaluator")
            for line in evaluations {
                #expect(
                    line.number("episodes") == 10 && line.number("unfinished") == 0 && line.text("policy") == "mode")
                #expect(try (-1...1).contains(#require(line.number("mean"))) && line.number("agent_steps") != nil)
            }
            let versions = evaluations.compactMap { $0.number("policy_version") }
            #expect(versions == versions.sorted() && Set(versions).count == versions.count)
            #expect(Set(try run.metrics("episode").compactMap { $0.text("actor") }) == ["actor-0", "actor-1"])
            let players = try await DatabaseQueue(path: logdir + "/replay.sqlite").read {
                try String.fetchAll($0, sql: "SELECT DISTINCT actor FROM trajectory")
            }
            #expect(Set(players) == ["actor-0", "actor-1"])
            try await expectNoProcessLeft()
        }

        /// How far experience can be compressed shows only when it is there.
        @Test func aReplayThatCannotHoldItsPrefillIsSaid() async throws {
            let options = Tiny.options(logdir, steps: 1_000_000, settings: ["replay.capacity_bytes=3000"])
            let train = try Child(["train"] + options)
            let ending = try await train.end(within: .seconds(120))
            #expect(ending.status != 0, "\(train.transcript)")
            expect(train.transcript, says: "the replay is full with", "set a higher replay.capacity_bytes")
            try await expectNoProcessLeft()
        }

        private func expectEvaluation(_ train: Child) throws {
            let line = try #require(train.output.last)
            expect(line, says: "catch", "mean return", "over 10 episodes")
            let evaluation = try #require(try run.metrics("evaluation").last)
            let mean = try #require(evaluation.number("mean"))
            #expect((-1...1).contains(mean))
        }

        /// Each actor plays with newer weights; it reports once a second, and the run takes few.
        private func expectNewerVersions(of actors: [String]) throws {
            let reports = try run.metrics("actor")
            #expect(Set(reports.compactMap { $0.text("actor") }) == Set(actors))
            for actor in actors {
                let versions = reports.filter { $0.text("actor") == actor }.compactMap { $0.number("policy_version") }
                #expect(versions == versions.sorted(), "\(actor)")
                #expect(Set(versions).count >= 2, "\(actor) saw versions \(Set(versions).sorted())")
            }
        }

        private func expectReplayRatio(_ steps: Int) throws {
            let last = try #require(try run.metrics("replay").last)
            let agentSteps = try #require(last.number("agent_steps"))
            #expect(agentSteps >= Double(steps))
            let ratio = try #require(last.number("replayed_steps")) / (agentSteps - Double(Tiny.prefill))
            #expect(abs(ratio / Tiny.replayRatio - 1) < 0.05, "replayed \(ratio) times, asked for \(Tiny.replayRatio)")
            let reported = try #require(last.number("replay_ratio"))
            #expect(abs(reported - ratio) < 1e-6)
        }

        // MARK: Interruptions

        @Test func resumesAfterInterrupt() async throws {
            let first = try train(1200)
            try await eventually("training", within: .seconds(120)) { try run.trainSteps >= 40 }
            first.send(SIGINT)
            // Not complete: no success.
            #expect(try await first.end(within: .seconds(30)) == .init(status: 4), "\(first.transcript)")
            #expect(first.output.last == "stopped; `dreamer train --logdir \(logdir)` resumes", "\(first.transcript)")
            try await expectNoProcessLeft()
            let (lines, trained) = (try run.metrics().count, try run.trainSteps)
            let stored = try run.agentSteps
            #expect(run.checkpoints.last == String(format: "%010d.safetensors", trained))

            let second = try train(1200)
            #expect(try await second.end(within: .seconds(300)) == .init(status: 0), "\(second.transcript)")
            let later = try run.metrics().dropFirst(lines)
            let steps = later.filter { $0.kind == "train" }.compactMap { $0.number("train_steps") }
            #expect(try #require(steps.first) > Double(trained) && steps == steps.sorted())
            // The replay has what it had, and the limiter goes on counting.
            let agentSteps = later.filter { $0.kind == "replay" }.compactMap { $0.number("agent_steps") }
            #expect(try #require(agentSteps.first) >= Double(stored))
            #expect(try #require(agentSteps.last) >= 1200)
            try expectReplayRatio(1200)
            try run.expectContiguous()
            try await expectNoProcessLeft()
        }

        @Test func survivesTheDeathOfAnActor() async throws {
            let train = try train(1500)
            try await eventually("training", within: .seconds(120)) { try run.trainSteps >= 20 }
            let victim = try #require(Processes.actor("actor-0", logdir: logdir))
            kill(victim, SIGKILL)
            let successor = try await eventually("another actor-0", within: .seconds(60)) {
                Processes.actor("actor-0", logdir: logdir).flatMap { $0 == victim ? nil : $0 }
            }
            #expect(successor != victim && train.ending == nil)
            #expect(try await train.end(within: .seconds(300)) == .init(status: 0), "\(train.transcript)")
            #expect(train.output.contains("actor-0 was killed by signal 9; starting it again"))
            let incarnations = try run.streams().filter { $0.actor == "actor-0" }
            #expect(incarnations.count == 2, "both starts of actor-0 have stored something")
            try expectReplayRatio(1500)
            try await expectNoProcessLeft()
        }

        /// Nothing that `train` started outlives it, however it ends.
        @Test func childrenEndWithTheirParent() async throws {
            let train = try train(100_000)
            try await eventually("training", within: .seconds(120)) { try run.trainSteps >= 10 }
            train.send(SIGKILL)
            try await train.end()
            try await expectNoProcessLeft()
            #expect(!run.checkpoints.isEmpty, "the learner saved what it had")
        }
    }
}
