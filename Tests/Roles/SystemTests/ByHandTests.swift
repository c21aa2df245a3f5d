import Foundation
import Glibc
import TestSupport
import Testing

extension SlowTests {
    /// A learner and actors that are started by hand, from directories of their own.
    @Suite(.timeLimit(.minutes(15))) struct ByHandTests {
        let directory: TemporaryDirectory
        let logdir: String
        let run: Run

        init() throws {
            directory = try TemporaryDirectory()
            logdir = directory("run")
            run = Run(path: logdir)
        }

        private func actors(_ port: Int) throws -> [Child] {
            try ["a", "b"].map { name in
                let home = directory("home-\(name)")
                try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
                return try Tiny.actor(name, port: port, logdir: logdir, in: home)
            }
        }

        @Test func doTheSameAsTrain() async throws {
            let (learner, port) = try await Tiny.learner(logdir, steps: 600)
            let actors = try actors(port)
            #expect(try await learner.end(within: .seconds(300)) == .init(status: 0), "\(learner.transcript)")
            for actor in actors {
                #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
                #expect(!actor.messages.contains { $0.contains("warning") }, "\(actor.transcript)")
            }
            #expect(try run.agentSteps >= 600)
            #expect(Set(try run.metrics("actor").compactMap { $0.text("actor") }) == ["a", "b"])
            try run.expectContiguous()
        }

        /// Sequence numbers that were stored when the learner was killed.
        private func stored() throws -> [String: Int] {
            Dictionary(uniqueKeysWithValues: try run.streams().map { ($0.actor, $0.sequences.count) })
        }

        @Test func survivesTheDeathOfTheLearner() async throws {
            let (first, port) = try await Tiny.learner(logdir, steps: 1200)
            let actors = try actors(port)
            try await eventually("training and a checkpoint") { try run.trainSteps >= 40 && !run.checkpoints.isEmpty }
            first.send(SIGKILL)
            #expect(try await first.end().signal == SIGKILL)
            let before = try stored()
            #expect(Set(before.keys) == ["a", "b"])
            let lines = try run.metrics("train").count
            let checkpoint = try #require(run.checkpoints.last.flatMap { Int($0.prefix(10)) })

            let (second, _) = try await Tiny.learner(logdir, port: port, steps: 1200)
            #expect(try await second.end(within: .seconds(300)) == .init(status: 0), "\(second.transcript)")
            for actor in actors {
                #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
                #expect(actor.messages.contains { $0.contains("lost the learner") })
            }
            let trained = try run.metrics("train").dropFirst(lines).compactMap { $0.number("train_steps") }
            #expect(try #require(trained.first) > Double(checkpoint), "training goes on from the checkpoint")
            // The same incarnations go on where they were: all that was stored is there, nothing twice.
            let after = try stored()
            for (actor, count) in before { #expect(try #require(after[actor]) > count) }
            try run.expectContiguous()
            #expect(try run.agentSteps >= 1200)
            let steps = try run.streams().flatMap(\.steps).reduce(0) { $0 + $1.count }
            #expect(try run.agentSteps == steps)
        }

        @Test func actorRejoins() async throws {
            let (learner, port) = try await Tiny.learner(logdir)
            let first = try Tiny.actor("a", port: port, logdir: logdir)
            try await eventually("training") { try run.trainSteps >= 10 }
            first.send(SIGKILL)
            try await first.end()
            let second = try Tiny.actor("a", port: port, logdir: logdir)
            try await eventually("a second start of the actor that stores") {
                try run.streams().filter { $0.actor == "a" }.count == 2
            }
            try run.expectContiguous()
            // An actor that is asked to stop hands over what it has.
            second.send(SIGTERM)
            #expect(try await second.end(within: .seconds(30)) == .init(status: 0), "\(second.transcript)")
            #expect(!second.messages.contains { $0.contains("not acknowledged") }, "\(second.transcript)")
            learner.send(SIGINT)
            #expect(try await learner.end(within: .seconds(30)) == .init(status: 0), "\(learner.transcript)")
            #expect(learner.messages.contains { $0.contains("stopped; the same command resumes") })
        }
    }
}
