import AgentChoice
import Diagnostics
import Environments
import Experience
import Settings
import Testing

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

    // MARK: Ablations

    private func agent(_ name: String) throws -> AgentConfiguration {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=\(name)"]
        return try layers.resolve().agent
    }

    /// An ablation is its agent but for what it says, and it says no more than it must.
    @Test(arguments: AgentVariants.all.filter { $0.base != nil })
    func ablationsDifferInWhatTheySay(variant: AgentVariant) throws {
        let base = try #require(variant.base)
        #expect(variant.name.hasPrefix(base + "-"))
        var (whole, plain) = (Configuration(), Configuration())
        whole.agent = try agent(variant.name)
        plain.agent = try agent(base)
        let said = Set(variant.differences.map { $0.prefix { $0 != "=" } })
        let changed = Set(whole.differences(from: plain).map { $0.path[...] })
        #expect(changed == said.union(["agent.agent"]))
    }

    @Test func thePapersAblationsAreThere() throws {
        #expect(try !agent("dymodreamer-without-sequence").modulationInSequence)
        #expect(try !agent("dymodreamer-without-divergence").divergence)
        let difference = try agent("dymodreamer-latent-difference")
        #expect(difference.latentDifference && !difference.modulation && difference.divergence)
        let appending = try agent("dymodreamer-appending-differential")
        #expect(appending.differentialChannels && !appending.modulation && appending.encoderChannels == 6)
        #expect(try agent("dymodreamer-reconstructing-differential").decodesDifferential)
        let neither = try agent("mudreamer-without-value-and-action")
        #expect(!neither.valuePredictor && !neither.actionPredictor && neither.representationNorm == .batch)
        #expect(try agent("mudreamer-reward-100").rewardScale == 100)
        let pairs = try AgentVariants.all.map(\.name).filter { $0.contains("-beta-") }.map(agent)
        #expect(
            pairs.map { [$0.betaDynamics, $0.betaRepresentation] } == [[1, 0], [0.9, 0.1], [0.5, 0.1], [0.8, 0.2]])
        let modulated = try agent("mudreamer-modulated")
        #expect(modulated.modulation && modulated.reconstruction == .detached && modulated.valuePredictor)
    }

    @Test func anAgentNamedLaterTurnsEverySwitchBack() throws {
        for variant in AgentVariants.all {
            var layers = ConfigurationLayers()
            layers.base.agent = try agent(variant.name)
            layers.overrides = ["agent.agent=dymodreamer"]
            #expect(try layers.resolve() == Configuration())
        }
    }

    // MARK: Presets and messages

    @Test(arguments: ["catch-demo", "small-image", "minatar", "cartpole"])
    func presetsForSmallMachinesUpdateOnceInFourSteps(preset: String) throws {
        var layers = ConfigurationLayers()
        layers.preset = preset
        let configuration = try layers.resolve()
        let replayedPerUpdate = Double(configuration.agent.batch * configuration.agent.length)
        #expect(replayedPerUpdate / configuration.replay.replayRatio == 4)
    }

    @Test func presetsKnowWhichAgentsNeedMore() throws {
        func steps(_ agent: String?, _ overrides: [String] = []) throws -> Int {
            var layers = ConfigurationLayers()
            layers.preset = "catch-demo"
            layers.overrides = (agent.map { ["agent.agent=\($0)"] } ?? []) + overrides
            return try layers.resolve().run.steps
        }
        #expect(try [steps(nil), steps("dreamerv3"), steps("mudreamer")] == [9000, 9000, 24_000])
        #expect(try steps("mudreamer-layer-norm") == 24_000)
        #expect(try steps("mudreamer", ["run.steps=700"]) == 700)
    }

    /// The table of environments names presets; each plays a task of the family that names it.
    @Test func familiesNamePresetsOfTheirOwn() throws {
        for name in ["catch", "cartpole/balance", "minatar/freeway"] {
            var layers = ConfigurationLayers()
            layers.preset = EnvironmentRegistry.preset(for: name, showsImages: true)
            let played = try layers.resolve().environment
            #expect(EnvironmentRegistry.preset(for: played.id, showsImages: true) == layers.preset)
            #expect(throws: Never.self) { try EnvironmentRegistry.resolve(played.options, for: played.id) }
        }
    }

    /// Nobody's first run is a benchmark, which takes a few cores days.
    @Test(arguments: [
        "atari/pong", "crafter", "dmc/walker-walk", "gym/CartPole-v1", "python/a.py:B", "cartpole/swingup",
    ])
    func whatATaskShowsDecidesOnItsPreset(name: String) throws {
        #expect(EnvironmentRegistry.preset(for: name, showsImages: false) == "small-vector")
        if name != "cartpole/swingup" {
            #expect(EnvironmentRegistry.preset(for: name, showsImages: true) == "small-image")
        }
        for preset in ["small-vector", "small-image"] {
            var layers = ConfigurationLayers()
            layers.preset = preset
            layers.overrides = ["environment.id=\(name)"]
            #expect(try layers.resolve().environment.id == name)
        }
    }

    /// Numbers hold nothing that could be masked.
    @Test func numbersArePlayedByAnAgentThatCan() throws {
        var layers = ConfigurationLayers()
        layers.preset = "small-vector"
        var configuration = try layers.resolve()
        (configuration.agent.image, configuration.agent.vector) = (0, 4)
        try configuration.validate()
        layers.overrides = ["agent.agent=mudreamer"]
        #expect(try layers.resolve().agent.agent == "mudreamer")
    }

    private let agents = AgentVariants.all.map(\.name).joined(separator: ", ")

    @Test func unknownNamesListTheKnownOnes() {
        #expect(
            message { _ = try Sizes.named("nanoo") }
                == "unknown size nanoo (did you mean nano?); known sizes: nano, micro, XS, S, M, L, XL")
        #expect(
            message { _ = try Presets.named("atari") }
                == "unknown preset atari; known presets: catch-demo, small-vector, small-image, atari100k, dmc-vision, crafter, "
                + "minatar, cartpole")
        #expect(
            message { _ = try AgentVariants.named("mudremer") }
                == "unknown agent mudremer (did you mean mudreamer?); known agents: \(agents)")
    }

    @Test func unknownAgentsInLayersNameTheirPlace() {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "a.yaml", text: "agent:\n  agent: ppo\n")]
        #expect(
            message { _ = try layers.resolve() }
                == "a.yaml:2: unknown agent ppo; known agents: \(agents)")
    }

    @Test func layersReportUnknownPresetsAndSizes() {
        var layers = ConfigurationLayers()
        layers.preset = "x"
        #expect(message { _ = try layers.resolve() }.hasPrefix("unknown preset x; known presets: "))
        layers.preset = nil
        layers.size = "XXL"
        #expect(message { _ = try layers.resolve() }.hasPrefix("unknown size XXL (did you mean XL?); known sizes: "))
    }

    /// DyMoDreamer's release plays the most probable action, 100 episodes of Atari; the others play 10 of sampled ones. An
    /// ablation is evaluated as its agent.
    @Test(
        arguments: [
            ("atari100k", "dymodreamer", 100, .mode), ("atari100k", "dymodreamer-release", 100, .mode),
            ("atari100k", "mudreamer", 10, .sample), ("atari100k", "dreamerv3", 10, .sample),
            ("dmc-vision", "dymodreamer-without-divergence", 10, .mode), ("dmc-vision", "mudreamer", 10, .sample),
            ("crafter", "dymodreamer", 10, .mode), ("crafter", "dreamerv3", 10, .sample),
        ] as [(String, String, Int, EvaluationSettings.Policy)])
    func benchmarksAreEvaluatedAsTheAgentsSourceDoes(
        preset: String, agent: String, episodes: Int, policy: EvaluationSettings.Policy
    ) throws {
        var layers = ConfigurationLayers()
        layers.preset = preset
        layers.overrides = ["agent.agent=\(agent)"]
        let evaluation = try layers.resolve().evaluation
        #expect(evaluation.episodes == episodes && evaluation.policy == policy)
    }

    /// What has a size of its own in the release's networks has none any more where another size is asked for.
    @Test func crafterHasTheReleasesNetworksAndSizesUndoThem() throws {
        var layers = ConfigurationLayers()
        layers.preset = "crafter"
        let released = try layers.resolve()
        #expect((released.agent.convolutionDepth, released.agent.dynamicDepth) == (96, 32))
        #expect((released.agent.layers, released.agent.criticLayers) == (5, 2))
        #expect(released.environment.options.timeLimit == 1000)
        layers.size = "nano"
        let small = try layers.resolve().agent
        #expect((small.convolutionDepth, small.dynamicDepth, small.criticLayers) == (4, 4, 0))
    }

    /// A temperature that belongs to an agent leaves with it.
    @Test func thePostersDivergenceLeavesWithItsAgent() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=dymodreamer-poster-divergence"]
        let poster = try layers.resolve()
        #expect(poster.agent.divergenceReduction == .sum && poster.agent.divergenceTemperature == 0.03)
        layers.base = poster
        layers.overrides = ["agent.agent=dymodreamer"]
        let plain = try layers.resolve().agent
        #expect(plain.divergenceReduction == .mean && plain.divergenceTemperature == 1e-3)
    }
}
