import Agents
import Environments
import Runs
import Settings
import TestSupport
import Testing

@testable import ActorService

/// Random play on Catch, which needs no weights.
@Suite(.blocking) struct EvaluatorTests {
    private func evaluate(
        episodes: Int, seed: UInt64 = 5, settings: [String] = []
    ) throws -> (result: Evaluator.Result, progress: [EvaluationProgress]) {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = ["environment.id=catch", "agent.image=16", "agent.cnn_depth=2"] + settings
        var progress: [EvaluationProgress] = []
        let result = try Evaluator(try layers.resolve(), python: nil).run(
            weights: nil, episodes: episodes, seed: seed, choice: .random, every: .zero,
            progress: { progress.append($0) })
        return (result, progress)
    }

    /// More episodes than environments that play side by side: every slot plays several.
    @Test func playsEveryEpisodeOnce() throws {
        let (result, progress) = try evaluate(episodes: 47)
        #expect(result.returns.count == 47 && result.lengths.count == 47)
        #expect(progress.map(\.episodes).max() == 47 && progress.map(\.episodes) == progress.map(\.episodes).sorted())
        // All episodes of Catch have as many steps; a slot whose share is played goes on meanwhile.
        let steps = try #require(progress.last).steps
        #expect(steps >= result.lengths.reduce(0, +) && steps <= 60 * result.lengths[0])
        #expect(result.returns.allSatisfy { $0 == 1 || $0 == -1 })
        let mean = result.returns.reduce(0, +) / 47
        #expect(abs(result.mean - mean) < 1e-12)
        // Of values that are 1 or −1 the variance is 1 − mean².
        #expect(abs(result.standardDeviation - (1 - mean * mean).squareRoot()) < 1e-12)
        #expect(result.policy == "random" && result.environment == "catch" && result.seed == 5)
    }

    /// So that a task without an end has an evaluation with one.
    @Test func episodesHaveALimit() throws {
        let whole = try evaluate(episodes: 25).result.lengths
        let length = try #require(whole.min())
        let cut = try evaluate(episodes: 25, settings: ["evaluation.time_limit=\(length - 3)"]).result
        #expect(cut.lengths == [Int](repeating: length - 3, count: 25) && cut.returns.allSatisfy { $0 == 0 })
        #expect(try evaluate(episodes: 25, settings: ["evaluation.time_limit=\(length)"]).result.lengths == whole)
    }

    /// Neither its own limit nor one of steps comes in time.
    @Test func anEvaluationEndsAlthoughItsTaskNeverDoes() throws {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = [
            "environment.id=cartpole/swingup", "environment.observe=vector", "agent.agent=dreamerv3",
            "environment.time_limit=1_000_000_000", "evaluation.time_limit=1_000_000_000", "evaluation.seconds=1",
        ]
        var progress: [String] = []
        let result = try Evaluator(try layers.resolve(), python: nil).run(
            weights: nil, episodes: 30, seed: 5, choice: .random, every: .milliseconds(50),
            progress: { progress.append("\($0)") })
        // As many as play side by side have begun, and count as far as they came.
        #expect(result.episodes == 20 && result.unfinished == Array(0..<20))
        #expect(result.lengths.allSatisfy { $0 > 0 } && Set(result.lengths).count == 1)
        #expect(result.mean > 0)
        // That it goes on is seen all the time, and not more often than it should be.
        #expect((1...20).contains(progress.count) && Set(progress).count == progress.count)
        #expect(progress.allSatisfy { $0.hasPrefix("0 of 30 episodes, ") && $0.hasSuffix("0 steps") }, "\(progress)")
    }

    /// What it played until then counts, and is known to be no whole episode.
    @Test(.enabled(if: (try? PythonInterpreter.find(nil)) != nil, "needs `scripts/setup --envs`"))
    func episodesThatAFailureEndsAreTold() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(
            """
            import gymnasium, numpy, os

            class Task(gymnasium.Env):
                observation_space, action_space = gymnasium.spaces.Box(-1, 9, (1,)), gymnasium.spaces.Discrete(2)

                def reset(self, seed=None, options=None):
                    self.t = 0
                    return numpy.zeros(1, numpy.float32), {}

                def step(self, action):
                    self.t += 1
                    if self.t == 3 and not os.path.exists(__file__ + ".failed"):
                        open(__file__ + ".failed", "w").close()
                        raise RuntimeError("lost contact")
                    return numpy.float32([self.t]), 1.0, self.t == 5, False, {}
            """, to: "task.py")
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = ["environment.id=python/\(path):Task", "agent.agent=dreamerv3"]
        let result = try Evaluator(try layers.resolve(), python: nil).run(
            weights: nil, episodes: 4, seed: 5, choice: .random)
        #expect(result.episodes == 4 && result.failed == [0] && result.unfinished.isEmpty)
        #expect(result.returns == [2, 5, 5, 5] && result.lengths == [3, 5, 5, 5])
    }

    @Test func stopsWhenItIsNotToGoOn() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["environment.id=catch", "agent.image=16"]
        var steps = 0
        let result = try Evaluator(try layers.resolve(), python: nil).run(
            episodes: 100, seed: 5, choice: .random,
            goesOn: {
                steps += 1
                return steps <= 12
            }, load: nil)
        #expect(result == nil && steps == 13)
    }

    @Test func theSeedDecides() throws {
        #expect(try evaluate(episodes: 25).result == evaluate(episodes: 25).result)
        #expect(try evaluate(episodes: 25).result.returns != evaluate(episodes: 25, seed: 6).result.returns)
    }

    /// A trained policy sees what the environment shows: its image, the numbers of its state, or both.
    @Test(arguments: ["image", "vector", "both"]) func aPolicyPlaysWhatTheEnvironmentShows(observe: String) throws {
        var layers = ConfigurationLayers()
        layers.size = "nano"
        layers.overrides = [
            "environment.id=cartpole/swingup", "environment.observe=\(observe)", "environment.time_limit=20",
            "agent.agent=dreamerv3", "agent.image=16", "agent.cnn_depth=2",
        ]
        var configuration = try layers.resolve()
        try configuration.adopt(configuration.tryTask(on: EnvironmentHost()))
        let agent = Agent(configuration.agent, threads: 1)
        agent.initialize(seed: 1)
        let weights = Dictionary(uniqueKeysWithValues: agent.actingWeights.map { ($0.name, $0.values) })
        func play() throws -> [Double] {
            try Evaluator(configuration, python: nil).run(weights: (weights, 1), episodes: 3, seed: 5, choice: .sample)
                .returns
        }
        let returns = try play()
        #expect(returns.count == 3 && returns.allSatisfy { $0.isFinite } && Set(returns).count == 3)
        #expect(try play() == returns)
    }
}
