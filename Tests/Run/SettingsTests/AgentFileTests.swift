import AgentChoice
import Settings
import Testing

/// Files that hold an agent's keys alone, as the executable reference writes them.
@Suite struct AgentFileTests {
    @Test func whatTheFileLeavesOutComesFromTheAgent() throws {
        let file = ConfigurationFile(
            name: "config.json",
            text:
                #"{"agent": "mudreamer", "cnn_depth": 4, "deter": 24, "hidden": 16, "stoch": 4, "batch": 3, "length": 6}"#
        )
        var expected = AgentConfiguration()
        expected.agent = "mudreamer"
        expected.modulation = false
        expected.divergence = false
        expected.reconstruction = .detached
        expected.valuePredictor = true
        expected.actionPredictor = true
        expected.representationNorm = .batch
        expected.betaDynamics = 0.95
        expected.betaRepresentation = 0.05
        expected.convolutionDepth = 4
        expected.deterministic = 24
        expected.hidden = 16
        expected.stochastic = 4
        expected.batch = 3
        expected.length = 6
        #expect(try AgentConfiguration.load(file) == expected)
    }

    /// Every key, in the reference's order and spelling of numbers.
    @Test func completeFilesAreRead() throws {
        let agent = try AgentConfiguration.load(ConfigurationFile(name: "config.json", text: complete))
        #expect(agent.agent == "dymodreamer" && agent.modulation && !agent.discrete && agent.actions == 2)
        #expect(agent.behaviorLearningRate == 3e-5 && agent.modelEpsilon == 1e-8 && agent.divergenceEpsilon == 1e-12)
        #expect(agent.maskThreshold == 0.001 && agent.modelClip == 1000 && agent.modulationClasses == 6)
    }

    @Test func unknownKeysAreNamed() {
        let file = ConfigurationFile(name: "config.json", text: #"{"agent": "dreamerv3", "depth": 4}"#)
        #expect(message { _ = try AgentConfiguration.load(file) }.hasPrefix("config.json:1: unknown key agent.depth"))
    }

    @Test func unknownAgentsAreNamed() {
        let file = ConfigurationFile(name: "config.json", text: #"{"agent": "dreamer"}"#)
        #expect(message { _ = try AgentConfiguration.load(file) }.hasPrefix("config.json:1: unknown agent dreamer"))
    }

    private let complete = """
        {
         "action_predictor": false, "actions": 2, "agent": "dymodreamer", "batch": 3, "batch_norm_eps": 1e-05,
         "batch_norm_momentum": 0.9, "behavior_clip": 100.0, "behavior_eps": 1e-05, "behavior_lr": 3e-05,
         "beta_divergence": 1.0, "beta_dyn": 0.5, "beta_pred": 1.0, "beta_rep": 0.1, "bin_limit": 20.0, "bins": 255,
         "channels": 3, "classes": 5, "cnn_depth": 4, "deter": 24, "discrete": false, "divergence": true,
         "divergence_eps": 1e-12, "divergence_temperature": 0.001, "entropy": 0.0003, "free_nats": 1.0, "gamma": 0.997,
         "hidden": 16, "horizon": 4, "image": 64, "lam": 0.95, "length": 6, "mask_dilation": 5, "mask_threshold": 0.001,
         "mlp_layers": 2, "mod_classes": 6, "mod_stoch": 3, "model_clip": 1000.0, "model_eps": 1e-08, "model_lr": 0.0001,
         "modulation": true, "modulation_in_sequence": true, "norm_eps": 0.001, "reconstruction": "full",
         "representation_norm": "layer", "return_decay": 0.99, "reward_scale": 1.0, "slow_critic_decay": 0.98,
         "slow_value_decay": 0.99, "stoch": 4, "unimix": 0.01, "value_predictor": false
        }
        """
}
