import AgentChoice
import Experience
import Settings
import Testing

@Suite struct RoundTripTests {
    private func read(_ yaml: String) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "round-trip.yaml", text: yaml)]
        return try layers.resolve()
    }

    @Test func defaultsReadBackEqual() throws {
        let configuration = Configuration()
        #expect(try read(configuration.yaml()) == configuration)
        #expect(configuration.yaml() == Configuration().yaml())
    }

    @Test func everyLeafStandsInTheOutput() {
        let yaml = Configuration().yaml()
        for key in Configuration.keys {
            #expect(
                yaml.contains(" \(key.path.split(separator: ".").last ?? ""): \(key.defaultValue)\n"), "\(key.path)")
        }
        #expect(
            yaml.hasPrefix(
                "run:\n  seed: 0\n  steps: 100000\n  id: \"\"\n  lockstep: false\n  offline: false\nenvironment:\n  id: catch\n"
            ))
    }

    @Test func unusualValuesReadBackEqual() throws {
        var configuration = Configuration()
        configuration.run.seed = .max
        configuration.run.id = "null"
        configuration.environment.id = "a: \"b\" # \\ \u{7} ünï\ncode\t~"
        configuration.environment.options.sticky = 0.1
        configuration.environment.options.noOps = 0
        configuration.replay.capacityBytes = 1 << 40
        configuration.replay.tolerance = 1.0 / 3
        configuration.agent.entropy = 1.1754944e-38
        configuration.agent.modelLearningRate = 0.1
        configuration.agent.behaviorLearningRate = 1.0 / 3
        configuration.agent.reconstruction = .detached
        configuration.agent.divergence = false
        configuration.evaluation.policy = .mode
        #expect(try read(configuration.yaml()) == configuration)
    }

    @Test(arguments: ["5", "yes", "~", "1e3", "", " x", "-", "2026-01-01", "0x10", "a b", "É"])
    func textsThatLookLikeSomethingElseReadBackEqual(text: String) throws {
        var configuration = Configuration()
        configuration.run.id = text
        #expect(try read(configuration.yaml()) == configuration)
    }

    @Test func floatsAreWrittenShort() {
        let yaml = Configuration().yaml()
        #expect(yaml.contains("gamma: 0.997\n") && yaml.contains("model_lr: 0.0001\n"))
    }
}
