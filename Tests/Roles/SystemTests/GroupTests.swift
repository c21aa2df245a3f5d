import Foundation
import Glibc
import TestSupport
import Testing

/// A group that cannot be one says so in a line.
@Suite(.serialized, .timeLimit(.minutes(5))) struct GroupMistakeTests {
    private let started = ["OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"]

    @Test func withoutALibraryItSaysHowToMakeOne() async throws {
        let directory = try TemporaryDirectory()
        let learner = try Child(
            ["learner", "--logdir", directory("run"), "--env", "catch"],
            environment: started.merging(["DREAMER_MPI_LIBRARY": directory("libdreamer-mpi.so")]) { $1 })
        #expect(try await learner.end().status == 64)
        #expect(learner.messages.count == 1, "\(learner.transcript)")
        expect(learner.messages.last ?? "", says: "scripts/build-mpi", "or start it without mpirun")
        #expect(!FileManager.default.fileExists(atPath: directory("run")))
    }

    @Test func trainIsForOneLearner() async throws {
        let train = try Child(["train", "--env", "catch"], environment: started)
        #expect(try await train.end().status == 64)
        expect(train.messages.last ?? "", says: "mpirun -n N dreamer learner")
    }
}

extension SlowTests {
    /// Two learners that mpirun starts, and an actor for each.
    @Suite(.enabled(if: MessagePassingHere.isThere, MessagePassingHere.reason), .timeLimit(.minutes(15)))
    struct GroupTests {
        let directory: TemporaryDirectory
        let logdir: String
        /// Of each rank.
        let runs: [Run]

        init() throws {
            directory = try TemporaryDirectory()
            logdir = directory("run")
            runs = [Run(path: logdir), Run(path: logdir + "/rank-1")]
        }

        private func group(_ arguments: [String], address: String? = nil) throws -> Child {
            let file = address ?? directory("address")
            let learner = ["learner", "--listen", "127.0.0.1:0", "--address-file", file] + arguments
            return try Child(
                MessagePassingHere.launching(2) + [Program.executable.path] + learner,
                program: URL(fileURLWithPath: MessagePassingHere.launcher),
                environment: ["DREAMER_MPI_LIBRARY": MessagePassingHere.library.get()])
        }

        private func receipts(_ number: Int) -> String { directory("receipts-\(number)") }

        private func actors() async throws -> [Child] {
            try await eventually("a token") { FileManager.default.fileExists(atPath: logdir + "/token") }
            return try (0..<2).map { number in
                try Child([
                    "actor", "--address-file", directory("address"), "--token-file", logdir + "/token",
                    "--name", "actor-\(number)", "--receipts", receipts(number),
                ])
            }
        }

        /// The process of a rank.
        private func process(of rank: Int) throws -> Int32 {
            let word = Data("OMPI_COMM_WORLD_RANK=\(rank)\0".utf8)
            let found = Processes.withArgument(logdir).keys.first { number in
                FileManager.default.contents(atPath: "/proc/\(number)/environ")?.range(of: word) != nil
            }
            return try #require(found)
        }

        /// Expects that each actor has stayed with its rank, that all it has a receipt for is stored there, and nothing twice.
        private func expectAllThatWasAcknowledged() async throws {
            for (number, run) in runs.enumerated() {
                #expect(Set(try run.streams().map(\.actor)) == ["actor-\(number)"])
                try run.expectContiguous()
                let check = try Child(["verify", "--logdir", run.path, receipts(number)])
                #expect(try await check.end().status == 0, "\(check.transcript)")
            }
        }

        @Test func trainsOneAgent() async throws {
            let group = try group(Tiny.options(logdir, steps: 1200))
            let actors = try await actors()
            #expect(try await group.end(within: .seconds(300)) == .init(status: 0), "\(group.transcript)")
            for actor in actors {
                #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
            }
            for run in runs {
                // The group's counts, at each rank.
                #expect(try run.agentSteps >= 1200)
                #expect(try run.trainSteps >= 1100 * 8 / 32)
                #expect(try !run.metrics("episode").isEmpty)
            }
            #expect(try runs[0].trainSteps == runs[1].trainSteps)
            #expect(!runs[0].checkpoints.isEmpty && runs[1].checkpoints.isEmpty)
            try await expectAllThatWasAcknowledged()
        }

        @Test func goesOnAfterTheDeathOfARank() async throws {
            let first = try group(Tiny.options(logdir, steps: 2400))
            let actors = try await actors()
            try await eventually("training and a checkpoint; \(first.transcript)", within: .seconds(120)) {
                try runs[0].trainSteps >= 40 && !runs[0].checkpoints.isEmpty
            }
            kill(try process(of: 1), SIGKILL)
            #expect(try await first.end(within: .seconds(60)) != .init(status: 0))
            try await eventually("the end of rank 0") {
                Processes.withArgument(logdir).keys.allSatisfy { number in
                    actors.contains { $0.identifier == number }
                }
            }
            let checkpoint = try #require(runs[0].checkpoints.last.flatMap { Int($0.prefix(10)) })

            // Told nothing but where the run is.
            let lines = try runs[1].metrics("train").count
            let second = try group(["--logdir", logdir])
            #expect(try await second.end(within: .seconds(300)) == .init(status: 0), "\(second.transcript)")
            for actor in actors {
                #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
            }
            let trained = try runs[1].metrics("train").dropFirst(lines).compactMap { $0.number("train_steps") }
            #expect(try #require(trained.first) > Double(checkpoint), "training goes on from the checkpoint")
            #expect(try runs[1].agentSteps >= 2400)
            try await expectAllThatWasAcknowledged()
        }

        @Test func stopsInGoodOrderAndGoesOnAsOneLearner() async throws {
            let group = try group(Tiny.options(logdir, steps: 2400))
            let actors = try await actors()
            try await eventually("training; \(group.transcript)", within: .seconds(120)) {
                try runs[0].trainSteps >= 40
            }
            group.send(SIGUSR1)
            #expect(try await group.end(within: .seconds(60)) == .init(status: 0), "\(group.transcript)")
            // All after the same step, of which there is a checkpoint.
            let step = try #require(runs[0].checkpoints.last.flatMap { Int($0.prefix(10)) })
            #expect(try runs.map { try $0.trainSteps } == [step, step])
            actors[1].send(SIGTERM)
            let stored = try runs[1].streams().flatMap(\.steps).reduce(0) { $0 + $1.count }

            let learner = try Child([
                "learner", "--listen", "127.0.0.1:0", "--address-file", directory("address"), "--logdir", logdir,
            ])
            #expect(try await learner.end(within: .seconds(300)) == .init(status: 0), "\(learner.transcript)")
            // What the other rank had stored counts as played: less was to be done here.
            let own = try runs[0].streams().flatMap(\.steps).reduce(0) { $0 + $1.count }
            #expect(own < 2400 && own + stored >= 2400, "\(own) and \(stored)")
            #expect(try runs[0].agentSteps >= 2400)
        }

        /// What a group in lockstep has come to: the checkpoint, and each rank's experience.
        private func lockstep(_ name: String, seed: Int) async throws -> (Checkpoint, [[String]]) {
            let logdir = directory(name)
            let settings = [
                "run.lockstep=true", "run.seed=\(seed)", "actors.count=1", "actors.environments_per_actor=2",
            ]
            let group = try group(
                Tiny.options(logdir, steps: 190, settings: settings), address: directory(name + ".address"))
            try await eventually("a token") { FileManager.default.fileExists(atPath: logdir + "/token") }
            let actors = try (0..<2).map { number in
                try Child([
                    "actor", "--address-file", directory(name + ".address"), "--token-file", logdir + "/token",
                    "--name", "actor-\(number)",
                ])
            }
            #expect(try await group.end(within: .seconds(200)) == .init(status: 0), "\(group.transcript)")
            for actor in actors { try await actor.end(within: .seconds(30)) }
            let run = Run(path: logdir)
            return (
                try Checkpoint(path: logdir + "/checkpoints/" + #require(run.checkpoints.last)),
                try [run, Run(path: logdir + "/rank-1")].map { try $0.experience() }
            )
        }

        @Test func inLockstepItIsAFunctionOfItsSeed() async throws {
            let (first, second) = (try await lockstep("first", seed: 7), try await lockstep("second", seed: 7))
            // Six rounds of two trajectories of eight steps at each of two ranks: 192 is the first number of whole ones.
            #expect(first.1.map(\.count) == [12, 12])
            #expect(first.0 == second.0 && first.1 == second.1)
            // The ranks have played something of their own.
            #expect(first.1[0] != first.1[1])
            let other = try await lockstep("other", seed: 8)
            #expect(first.0.bytes != other.0.bytes && first.1 != other.1)
        }

        /// A learner that is not there is left for another one, by an actor that belongs to it.
        @Test func anActorGoesElsewhere() async throws {
            let (learner, port) = try await Tiny.learner(logdir, steps: 400)
            let actor = try Child([
                "actor", "--connect", "127.0.0.1:1,127.0.0.1:\(port)", "--token-file", logdir + "/token", "--name",
                "actor-0",
            ])
            #expect(try await learner.end(within: .seconds(200)) == .init(status: 0), "\(learner.transcript)")
            #expect(try await actor.end(within: .seconds(30)) == .init(status: 0), "\(actor.transcript)")
            #expect(actor.messages.contains { $0.contains("looking for another of the group") }, "\(actor.transcript)")
        }
    }
}
