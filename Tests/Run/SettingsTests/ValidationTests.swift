import Settings
import Testing

/// Every rule has one value that breaks it.
@Suite struct ValidationTests {
    @Test(arguments: [
        (["replay.replay_ratio=-1"], "replay.replay_ratio must be positive, at most 1e6, got -1"),
        (["run.steps=0"], "run.steps must be between 1 and 1099511627776, got 0"),
        (["environment.id="], "environment.id must not be empty"),
        (["environment.action_repeat=0"], "environment.action_repeat must be between 1 and 1000, got 0"),
        (["environment.time_limit=-5"], "environment.time_limit must be positive, got -5"),
        (["environment.no_ops=-1"], "environment.no_ops must be between 0 and 10000, got -1"),
        (["environment.sticky=1.5"], "environment.sticky must be between 0 and 1, got 1.5"),
        (["agent.image=60"], "agent.image must be 0 or a power of two between 16 and 512, got 60"),
        (
            ["agent.image=0", "agent.agent=dreamerv3"],
            "agent.image and agent.vector are both 0: there would be nothing to observe"
        ),
        (
            ["agent.image=0", "agent.vector=4"],
            "agent.modulation encodes masked images, but agent.image is 0; set agent.modulation=false, or name an agent "
                + "without it: dreamerv3, mudreamer"
        ),
        (
            ["agent.image=0", "agent.vector=4", "agent.modulation=false"],
            "agent.divergence compares differences of images, but agent.image is 0; set agent.divergence=false, or name an "
                + "agent without it: dreamerv3, mudreamer"
        ),
        (["agent.action_groups=3,2"], "agent.action_groups must add up to agent.actions, 6, got 3,2"),
        (
            ["agent.action_groups=4,2", "agent.discrete=false"],
            "agent.action_groups needs agent.discrete=true, got 4,2"
        ),
        (
            ["agent.action_groups=3,,2"],
            "agent.action_groups must be whole numbers from 1 between commas, such as 3,2,4, got 3,,2"
        ),
        (
            ["agent.action_groups=3;3"],
            "agent.action_groups must be whole numbers from 1 between commas, such as 3,2,4, got 3;3"
        ),
        (["agent.mask_step=0"], "agent.mask_step must be between 1 and 1000000, got 0"),
        (["agent.batch=0"], "agent.batch must be between 1 and 1000000, got 0"),
        (["agent.actions=9223372036854775807"], "agent.actions must be between 1 and 1000000, got 9223372036854775807"),
        (["agent.classes=1"], "agent.classes must be between 2 and 1000000, got 1"),
        (["agent.mask_dilation=4"], "agent.mask_dilation must be odd and positive, got 4"),
        (["agent.unimix=2"], "agent.unimix must be between 0 and 1, got 2"),
        (["agent.gamma=1.1"], "agent.gamma must be between 0 and 1, got 1.1"),
        (["agent.divergence_temperature=0"], "agent.divergence_temperature must be positive, got 0"),
        (["agent.beta_dyn=-1"], "agent.beta_dyn must not be negative, got -1"),
        (["agent.entropy=-1"], "agent.entropy must not be negative, got -1"),
        (["agent.model_lr=0"], "agent.model_lr must be positive, got 0"),
        (["agent.reconstruction=none"], "agent.divergence needs a decoder, but agent.reconstruction is none"),
        (
            ["agent.latent_difference=true"],
            "agent.latent_difference takes the place of d; set agent.modulation=false, or name an agent that does"
        ),
        (
            ["agent.differential_channels=true"],
            "agent.differential_channels takes the place of d; set agent.modulation=false, or name an agent that does"
        ),
        (
            ["agent.agent=mudreamer-without-decoder", "agent.differential_reconstruction=true"],
            "agent.differential_reconstruction needs a decoder, but agent.reconstruction is none"
        ),
        (["learner.max_bad_steps=0"], "learner.max_bad_steps must be positive, got 0"),
        (
            ["agent.agent=mudreamer", "agent.batch=1"],
            "agent.batch must be at least 2 where agent.representation_norm is batch, got 1"
        ),
        (["replay.tolerance=0"], "replay.tolerance must be positive, got 0"),
        (["replay.capacity_bytes=0"], "replay.capacity_bytes must be positive, got 0"),
        (["replay.cache_bytes=-1"], "replay.cache_bytes must not be negative, got -1"),
        (["replay.prefetch=0"], "replay.prefetch must be positive, got 0"),
        (["replay.prefill_steps=64"], "replay.prefill_steps must be at least agent.length + 1 = 65, got 64"),
        (
            ["replay.capacity_steps=100"],
            "replay.capacity_steps must be at least replay.prefill_steps + actors.trajectory_steps - 1 = 2563, got 100"
        ),
        (["learner.listen=localhost"], "learner.listen must be address:port, got localhost"),
        (["learner.listen=localhost:70000"], "learner.listen must be address:port, got localhost:70000"),
        (["learner.threads=-1"], "learner.threads must be between 0 and 1024, got -1"),
        (["learner.checkpoint_seconds=0"], "learner.checkpoint_seconds must be positive, got 0"),
        (["learner.publish_every=0"], "learner.publish_every must be positive, got 0"),
        (["learner.log_every=0"], "learner.log_every must be positive, got 0"),
        (["learner.credit_bytes=1KiB"], "learner.credit_bytes must hold one trajectory of 788800 bytes, got 1024"),
        (["actors.outbox_bytes=0"], "actors.outbox_bytes must hold one trajectory of 788800 bytes, got 0"),
        (["actors.count=-1"], "actors.count must be between 0 and 65536, got -1"),
        (
            ["run.lockstep=true"], "run.lockstep needs a single actor: set actors.count to 1 (--actors 1), got 2"
        ),
        (["actors.environments_per_actor=0"], "actors.environments_per_actor must be between 1 and 65536, got 0"),
        (["actors.trajectory_steps=65"], "actors.trajectory_steps must be between 1 and 64, got 65"),
        (["evaluation.episodes=0"], "evaluation.episodes must be positive, got 0"),
    ])
    func ruleIsExplained(overrides: [String], expected: String) {
        var layers = ConfigurationLayers()
        layers.overrides = overrides
        #expect(message { _ = try layers.resolve() } == expected)
    }

    @Test(arguments: ["[::1]:7400", "0.0.0.0:0", "learner.example:65535"])
    func addressesWithPortsAreAccepted(address: String) throws {
        var layers = ConfigurationLayers()
        layers.overrides = ["learner.listen=\(address)"]
        #expect(try layers.resolve().learner.listen == address)
    }
}
