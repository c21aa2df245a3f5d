import Experience
import Foundation
import Replay
import TestSupport
import Testing

extension SlowTests {
    /// The whole loop on the tasks that it is there for.
    @Suite struct LearningTests {
        /// What `scripts/train` does without arguments.
        @Test(.timeLimit(.minutes(20))) func learnsCatch() async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let train = try Child(["train", "--preset", "catch-demo", "--logdir", logdir])
            #expect(try await train.end(within: .seconds(15 * 60)) == .init(status: 0), "\(train.transcript)")
            let evaluation = try #require(try Run(path: logdir).metrics("evaluation").last)
            #expect(evaluation.number("episodes") == 100)
            #expect(try #require(evaluation.number("mean")) >= 0.9)
        }

        /// Real Pong through Python, wire, replay, training and back.
        @Test(.timeLimit(.minutes(10)), .enabled(if: Program.python != nil)) func playsPong() async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let python = try #require(Program.python)
            let train = try Child(
                ["train", "--actors", "2", "--python", python]
                    + Tiny.options(
                        logdir, steps: 400, environment: "atari/pong",
                        settings: ["evaluation.episodes=1", "environment.time_limit=400"]))
            #expect(try await train.end(within: .seconds(400)) == .init(status: 0), "\(train.transcript)")
            let run = Run(path: logdir)
            #expect(try run.agentSteps >= 400)
            let shape = StepShape(image: ImageShape(height: 64, width: 64, channels: 3), actionCount: 6)
            let streams = try run.policyVersions(shape)
            #expect(Set(streams.keys.map(\.actor)) == ["actor-0", "actor-1"])
            for (stream, versions) in streams {
                // 0 stands for random actions, and for the first frame of an episode, which no action led to.
                let chosen = versions.filter { $0 > 0 }
                #expect(Set(chosen).count >= 3 && chosen == chosen.sorted(), "\(stream): \(versions)")
            }
            try run.expectContiguous()
        }
    }
}
