import AgentChoice
import Experience
import Settings
import TestSupport
import Testing

@Suite(.blocking) struct LayeringTests {
    @Test func nothingGivesTheDefaults() throws {
        #expect(try ConfigurationLayers().resolve() == Configuration())
    }

    /// Each layer sets one leaf more than the next stronger one leaves alone.
    @Test func laterLayersWin() throws {
        var layers = ConfigurationLayers()
        layers.preset = "catch-demo"
        #expect(try layers.resolve().agent.deterministic == 64)
        layers.size = "S"
        #expect(try layers.resolve().agent.deterministic == 512)
        #expect(try layers.resolve().agent.length == 16)
        layers.files = [ConfigurationFile(name: "a.yaml", text: "agent: {deter: 1, hidden: 1, length: 1}")]
        layers.overrides = ["agent.deter=2", "agent.hidden=2"]
        layers.flags = [.init("--deter", path: "agent.deter", value: "3")]
        let configuration = try layers.resolve()
        #expect(configuration.agent.length == 1)
        #expect(configuration.agent.hidden == 2)
        #expect(configuration.agent.deterministic == 3)
        #expect(configuration.agent.convolutionDepth == 32)
        #expect(configuration.replay.replayRatio == 64)
    }

    @Test func laterFilesAndOverridesWin() throws {
        var layers = ConfigurationLayers()
        layers.files = [
            ConfigurationFile(name: "a.yaml", text: "run: {seed: 1, steps: 5000}"),
            ConfigurationFile(name: "b.yaml", text: "run: {seed: 2}"),
        ]
        layers.overrides = ["replay.prefetch=3", "replay.prefetch=4"]
        let configuration = try layers.resolve()
        #expect(configuration.run.seed == 2)
        #expect(configuration.run.steps == 5000)
        #expect(configuration.replay.prefetch == 4)
    }

    @Test func theAgentsSwitchesAreWeakerThanEveryLayer() throws {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "a.yaml", text: "agent: {beta_dyn: 0.7}")]
        layers.flags = [.init("--agent", path: "agent.agent", value: "mudreamer")]
        let agent = try layers.resolve().agent
        #expect(agent.agent == "mudreamer")
        #expect(agent.actionPredictor)
        #expect(agent.betaDynamics == 0.7)
        #expect(agent.betaRepresentation == 0.05)
    }

    @Test func theAgentNamedLastDecides() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["agent.agent=mudreamer", "agent.agent=dreamerv3"]
        let agent = try layers.resolve().agent
        #expect(!agent.actionPredictor && !agent.modulation)
    }

    /// A preset may set what an ablation is about.
    @Test(arguments: Presets.all.map(\.name))
    func ablationsDifferFromTheirAgentInEveryPreset(preset: String) throws {
        for variant in AgentVariants.all {
            guard let base = variant.base else { continue }
            var (plain, ablated) = (ConfigurationLayers(), ConfigurationLayers())
            (plain.preset, ablated.preset) = (preset, preset)
            plain.overrides = ["agent.agent=\(base)"] + variant.differences
            ablated.flags = [.init("--agent", path: "agent.agent", value: variant.name)]
            let differences = try ablated.resolve().differences(from: plain.resolve())
            #expect(differences.map(\.path) == ["agent.agent"], "\(variant.name)")
        }
    }

    @Test func aBaseKeepsWhatNoLayerNames() throws {
        var layers = ConfigurationLayers()
        layers.base.agent.divergence = false
        layers.overrides = ["run.steps=7000"]
        let configuration = try layers.resolve()
        #expect(!configuration.agent.divergence)
        #expect(configuration.run.steps == 7000)
    }

    @Test func optionalsTakeNull() throws {
        var layers = ConfigurationLayers()
        layers.preset = "atari100k"
        layers.files = [ConfigurationFile(name: "a.yaml", text: "environment:\n  time_limit: null\n  no_ops:\n")]
        layers.overrides = ["environment.sticky="]
        let environment = try layers.resolve().environment
        #expect(environment.options == EnvironmentOptions(actionRepeat: 4))
    }

    @Test(arguments: ["", "# only a comment\n", "---\n", "run:\n", "run: {}\n"])
    func emptyFilesAndGroupsChangeNothing(text: String) throws {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "a.yaml", text: text)]
        #expect(try layers.resolve() == Configuration())
    }

    @Test(arguments: [
        ("run.steps=1_000_000", 1_000_000), ("run.steps=1e6", 1_000_000), ("run.steps=2.6e3", 2600),
    ])
    func wholeNumbersMayBeWrittenInSeveralWays(text: String, expected: Int) throws {
        var layers = ConfigurationLayers()
        layers.overrides = [text]
        #expect(try layers.resolve().run.steps == expected)
    }

    @Test func bytesTakeBinaryUnits() throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["replay.cache_bytes=2 GiB", "replay.capacity_bytes=3MiB"]
        let replay = try layers.resolve().replay
        #expect(replay.cacheBytes == 2 << 30)
        #expect(replay.capacityBytes == 3 << 20)
    }

    @Test func differencesNameTheLeaves() {
        let old = Configuration()
        var new = old
        #expect(new.differences(from: old).isEmpty)
        new.agent.batch = 32
        new.environment.options.noOps = 30
        #expect(
            new.differences(from: old).map(\.description) == ["environment.no_ops: null → 30", "agent.batch: 16 → 32"])
    }
}
