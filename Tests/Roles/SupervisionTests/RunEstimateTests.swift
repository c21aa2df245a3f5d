import Settings
import Testing

@testable import Supervision

@Suite struct RunEstimateTests {
    private func estimate(_ preset: String, updateSeconds: Double, _ overrides: [String] = []) throws -> RunEstimate {
        var layers = ConfigurationLayers()
        layers.preset = preset
        layers.overrides = overrides
        return RunEstimate(
            try layers.resolve(), updateSeconds: updateSeconds, stepSeconds: 0.001, processors: 2)
    }

    @Test func aShortRunIsOneLine() throws {
        let estimate = try estimate(
            "small-vector", updateSeconds: 0.01, ["run.steps=11_000", "replay.prefill_steps=1000"])
        // 10 000 steps, each replayed 128 times, in updates of 256.
        #expect(estimate.updates == 5000 && estimate.trainingSeconds == 50 && estimate.playingSeconds == 11)
        #expect(estimate.lines == ["11000 agent steps, 5000 updates: about 61 s here (training 50 s, playing 11 s)"])
    }

    /// The benchmark's own numbers are not for a few cores.
    @Test func aLongRunSaysWhatWouldBeShorter() throws {
        let estimate = try estimate("atari100k", updateSeconds: 3.7, ["actors.count=1"])
        #expect(estimate.updates == 97_500 && estimate.lines.count == 2)
        #expect(estimate.lines[0].contains("about 4 days here"))
        #expect(
            estimate.lines[1]
                == "shorter: fewer --steps, a lower replay.replay_ratio than 1024, a smaller --size, such as micro")
    }

    @Test func actorsPlayAtTheSameTime() throws {
        let settings = ["run.steps=40_000"]
        let one = try estimate("small-image", updateSeconds: 0, settings + ["actors.count=1"])
        let two = try estimate("small-image", updateSeconds: 0, settings + ["actors.count=2"])
        let many = try estimate("small-image", updateSeconds: 0, settings + ["actors.count=8"])
        #expect(one.playingSeconds == 40 && two.playingSeconds == 20 && many.playingSeconds == 20)
    }

    @Test(arguments: [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "2 h"), (200_000, "2 days")])
    func timesAreRounded(seconds: Double, text: String) {
        #expect(RunEstimate.text(seconds) == text)
    }
}
