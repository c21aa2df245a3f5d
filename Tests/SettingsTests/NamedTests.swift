import Diagnostics
import Settings
import Testing
import WorldModels

/// AgentVariants, sizes and presets under their names.
@Suite struct NamedTests {
    @Test(arguments: Presets.all.map(\.name), AgentVariants.all.map(\.name))
    func everyPresetFitsEveryAgent(preset: String, agent: String) throws {
        var layers = ConfigurationLayers()
        layers.preset = preset
        layers.flags = [.init("--agent", path: "agent.agent", value: agent)]
        #expect(try layers.resolve().agent.agent == agent)
    }

    @Test(arguments: Sizes.all)
    func everySizeApplies(size: ModelSize) throws {
        var layers = ConfigurationLayers()
        layers.size = size.name
        let agent = try layers.resolve().agent
        #expect(agent.deterministic == size.deterministic && agent.hidden == size.hidden)
        #expect(agent.convolutionDepth == size.convolutionDepth && agent.layers == size.layers)
        #expect(agent.stochastic == size.stochastic && agent.classes == size.classes)
        #expect(agent.modulationStochastic == size.modulationStochastic)
        #expect(agent.modulationClasses == size.modulationClasses)
    }

    @Test func sizeSIsTheDefault() throws {
        var layers = ConfigurationLayers()
        layers.size = "S"
        #expect(try layers.resolve() == Configuration())
    }

    @Test func theDefaultAgentIsDyMoDreamer() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=dymodreamer"]
        #expect(try layers.resolve() == Configuration())
    }

    @Test(arguments: ["catch-demo", "minatar", "cartpole"])
    func presetsForSmallMachinesUpdateOnceInFourSteps(preset: String) throws {
        var layers = ConfigurationLayers()
        layers.preset = preset
        let configuration = try layers.resolve()
        let replayedPerUpdate = Double(configuration.agent.batch * configuration.agent.length)
        #expect(replayedPerUpdate / configuration.replay.replayRatio == 4)
    }

    @Test func unknownNamesListTheKnownOnes() {
        #expect(
            message { _ = try Sizes.named("nanoo") }
                == "unknown size nanoo (did you mean nano?); known sizes: nano, micro, XS, S, M, L, XL")
        #expect(
            message { _ = try Presets.named("atari") }
                == "unknown preset atari; known presets: catch-demo, atari100k, dmc-vision, crafter, minatar, "
                + "cartpole")
        #expect(
            message { _ = try AgentVariants.named("mudremer") }
                == "unknown agent mudremer (did you mean mudreamer?); known agents: dreamerv3, dymodreamer, mudreamer")
    }

    @Test func unknownAgentsInLayersNameTheirPlace() {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "a.yaml", text: "agent:\n  agent: ppo\n")]
        #expect(
            message { _ = try layers.resolve() }
                == "a.yaml:2: unknown agent ppo; known agents: dreamerv3, dymodreamer, mudreamer")
    }

    @Test func layersReportUnknownPresetsAndSizes() {
        var layers = ConfigurationLayers()
        layers.preset = "x"
        #expect(message { _ = try layers.resolve() }.hasPrefix("unknown preset x; known presets: "))
        layers.preset = nil
        layers.size = "XXL"
        #expect(message { _ = try layers.resolve() }.hasPrefix("unknown size XXL (did you mean XL?); known sizes: "))
    }
}
