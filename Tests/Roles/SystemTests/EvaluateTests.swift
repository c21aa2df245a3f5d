import Foundation
import TestSupport
import Testing

extension SlowTests {
    /// `dreamer evaluate` on a run that has been trained a little.
    @Suite(.timeLimit(.minutes(10))) struct EvaluateTests {
        private struct Evaluation: Decodable, Equatable {
            let mean: Double
            let standard_deviation: Double
            let returns: [Double]
            let episodes: Int
        }

        private func evaluate(_ logdir: String, _ more: String...) async throws -> (text: String, result: Evaluation) {
            let child = try Child(["evaluate", "--logdir", logdir, "--episodes", "20", "--json"] + more)
            #expect(try await child.end() == .init(status: 0), "\(child.transcript)")
            let text = child.output.joined(separator: "\n")
            return (text, try JSONDecoder().decode(Evaluation.self, from: Data(text.utf8)))
        }

        @Test func playsTheSameEpisodesEachTime() async throws {
            let directory = try TemporaryDirectory()
            let logdir = directory("run")
            let train = try Child(["train"] + Tiny.options(logdir, steps: 200))
            #expect(try await train.end(within: .seconds(200)) == .init(status: 0), "\(train.transcript)")
            let first = try await evaluate(logdir)
            #expect(first.result.returns.count == 20 && first.result.episodes == 20)
            let mean = first.result.returns.reduce(0, +) / 20
            let variance = first.result.returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20
            #expect(abs(first.result.mean - mean) < 1e-9)
            #expect(abs(first.result.standard_deviation - variance.squareRoot()) < 1e-9)
            let second = try await evaluate(logdir)
            #expect(first.text == second.text)
            let random = try await evaluate(logdir, "--policy", "random")
            #expect(random.result.mean < -0.3, "random play of Catch is about -0.6")
            let other = try await evaluate(logdir, "--policy", "random", "--seed", "2", "--record")
            #expect(other.result != random.result, "another seed plays other episodes")
            // Recorded are the one at the end of training and the one that was to be.
            let recorded = try Run(path: logdir).metrics("evaluation")
            #expect(recorded.map { $0.text("policy") } == ["mode", "random"])
            #expect(recorded.last?.number("mean") == other.result.mean && recorded.last?.number("seed") == 2)
        }

        /// Also where no episode ends, at the end of `train` and in `evaluate`, whose output is its result and nothing else.
        @Test(.enabled(if: FakePython.isThere)) func aLongEvaluationSaysHowFarItIs() async throws {
            let directory = try TemporaryDirectory()
            let (python, logdir) = (try FakePython(.endless, in: directory), directory("run"))
            let settings = ["evaluation.episodes=2", "evaluation.time_limit=1000000000", "evaluation.seconds=12"]
            let train = try Child(
                ["train", "--python", python.path]
                    + Tiny.options(logdir, steps: 72, environment: FakePython.task, settings: settings))
            #expect(try await train.end(within: .seconds(100)) == .init(status: 0), "\(train.transcript)")
            #expect(train.output.contains { $0.hasPrefix("evaluating: 0 of 2 episodes, ") }, "\(train.transcript)")
            expect(train.output.last ?? "", says: "over 2 episodes", "2 unfinished")
            let evaluate = try Child(["evaluate", "--logdir", logdir, "--json", "--python", python.path])
            #expect(try await evaluate.end(within: .seconds(100)) == .init(status: 0), "\(evaluate.transcript)")
            #expect(
                evaluate.messages.contains { $0.hasPrefix("evaluating: 0 of 2 episodes, ") }, "\(evaluate.transcript)")
            let result = try JSONDecoder().decode(
                Evaluation.self, from: Data(evaluate.output.joined(separator: "\n").utf8))
            #expect(result.episodes == 2)
        }
    }
}
