import Diagnostics

/// A named experiment: a task with the numbers that belong to it. Which agent plays is a separate choice.
public struct Preset: Sendable, Equatable {
    public let name: String
    /// One sentence for lists.
    public let summary: String
    /// Name in `Sizes`, applied before `settings`.
    public let size: String
    /// What the preset sets, as `--set` would write it.
    public let settings: [String]
    /// What it sets beyond for agents of one base, where they need other numbers.
    public let settingsOfAgents: [String: [String]]

    init(
        name: String, summary: String, size: String, settings: [String], settingsOfAgents: [String: [String]] = [:]
    ) {
        (self.name, self.summary, self.size, self.settings) = (name, summary, size, settings)
        self.settingsOfAgents = settingsOfAgents
    }
}

/// All presets. The three benchmarks follow Table 5 of the MuDreamer paper and the DyMoDreamer release.
///
/// How a benchmark is evaluated is the agent's: DyMoDreamer's release plays the most probable action, 100 episodes of Atari and
/// 10 elsewhere; MuDreamer's paper, and its authors' DreamerV3, 10 episodes of sampled actions. The three are evaluated beside
/// training too, every 10⁴ frames as the papers' curves are; the small ones are not, which would cost them half of two cores.
public enum Presets {
    public static let all = [catchDemo, smallVector, smallImage, atari100k, dmcVision, crafter, minatar, cartpole]

    /// - Throws: one line that lists the known presets.
    public static func named(_ name: String) throws(UserError) -> Preset {
        guard let preset = all.first(where: { $0.name == name }) else {
            throw UserError(Suggestion.unknown("preset", name, known: all.map(\.name)))
        }
        return preset
    }

    /// One update of 16 × 16 replayed steps per 4 agent steps. Episodes are 10 steps long. With the usual 3e-4
    /// of entropy some runs went on missing a quarter of the balls. Without the gradient of a decoder MuDreamer
    /// needs two to three times the experience until it sees the ball.
    static let catchDemo = Preset(
        name: "catch-demo", summary: "Catch, small enough to be learnt on two cores", size: "nano",
        settings: [
            "environment.id=catch", "run.steps=9000",
            "agent.image=64", "agent.batch=16", "agent.length=16", "agent.horizon=10",
            "agent.model_lr=2e-3", "agent.behavior_lr=1e-3", "agent.entropy=0.01",
            "replay.replay_ratio=64", "replay.prefill_steps=500", "replay.capacity_steps=100_000",
            "actors.trajectory_steps=16", "evaluation.episodes=100", "evaluation.policy=mode",
        ],
        settingsOfAgents: ["mudreamer": ["run.steps=24_000", "agent.model_lr=1e-3", "agent.behavior_lr=3e-4"]])

    /// What a task is begun with that shows numbers only, where nobody names a preset: learnt in minutes on two cores. One update of
    /// 16 × 16 replayed steps per 2 agent steps, which are cheap without pictures; fewer steps a sequence and more updates were
    /// better for CartPole. An agent that masks images would have nothing to mask.
    static let smallVector = Preset(
        name: "small-vector", summary: "Any task that shows numbers, for minutes on two cores", size: "nano",
        settings: [
            "agent.agent=dreamerv3", "run.steps=15_000",
            "agent.batch=16", "agent.length=16", "agent.model_lr=1e-3", "agent.behavior_lr=1e-3", "agent.entropy=1e-3",
            "replay.replay_ratio=128", "replay.prefill_steps=500",
            "actors.count=1", "actors.trajectory_steps=16", "evaluation.episodes=20", "evaluation.policy=mode",
        ])

    /// The same for a task that shows images: a first run, not a benchmark. One update of 8 × 32 replayed steps per 4 agent steps.
    static let smallImage = Preset(
        name: "small-image", summary: "Any task that shows images, for less than an hour on two cores", size: "micro",
        settings: [
            "run.steps=30_000",
            "agent.batch=8", "agent.length=32", "agent.model_lr=1e-3", "agent.behavior_lr=3e-4",
            "replay.replay_ratio=64", "replay.prefill_steps=2500",
            "actors.count=2", "actors.trajectory_steps=32", "evaluation.episodes=10",
        ])

    static let atari100k = Preset(
        name: "atari100k", summary: "Atari games with 400k frames of experience", size: "S",
        settings: [
            "environment.id=atari/pong", "environment.action_repeat=4", "environment.time_limit=108_000",
            "environment.no_ops=30", "environment.sticky=0", "run.steps=100_000",
            "replay.replay_ratio=1024", "replay.prefill_steps=2500",
            "actors.count=1", "actors.environments_per_actor=1", "actors.trajectory_steps=16",
            "evaluation.episodes=10", "evaluation.every_versions=2500",
        ],
        settingsOfAgents: ["dymodreamer": ["evaluation.episodes=100", "evaluation.policy=mode"]])

    static let dmcVision = Preset(
        name: "dmc-vision", summary: "DeepMind Control from pixels, 1M frames", size: "S",
        settings: [
            "environment.id=dmc/walker-walk", "environment.action_repeat=2", "environment.time_limit=1000",
            "run.steps=500_000", "agent.discrete=false",
            "replay.replay_ratio=512", "replay.prefill_steps=2500",
            "actors.count=1", "actors.environments_per_actor=4", "evaluation.episodes=10",
            "evaluation.every_versions=2500",
        ],
        settingsOfAgents: ["dymodreamer": ["evaluation.policy=mode"]])

    /// The networks, the time limit and the evaluation of DyMoDreamer's release: depth 96 is that of encoder and decoder only,
    /// the encoder of o′ keeps 32, and its `value: {layers: 5}` is a key that nothing reads, so that the critic has 2 layers.
    /// Not taken over: 100 updates at once after the prefill.
    static let crafter = Preset(
        name: "crafter", summary: "Crafter, 1M steps, with the networks of the DyMoDreamer release", size: "XL",
        settings: [
            "environment.id=crafter", "environment.action_repeat=1", "environment.time_limit=1000",
            "run.steps=1_000_000", "agent.actions=17", "agent.dynamic_cnn_depth=32", "agent.critic_layers=2",
            "replay.replay_ratio=512", "replay.prefill_steps=2500",
            "actors.count=1", "actors.environments_per_actor=1", "evaluation.episodes=10",
            "evaluation.every_versions=5000",
        ],
        settingsOfAgents: ["dymodreamer": ["evaluation.policy=mode"]])

    /// One update of 8 × 32 replayed steps per 4 agent steps; the games' usual one sticky action in ten.
    static let minatar = Preset(
        name: "minatar", summary: "A MinAtar game, for a small machine", size: "nano",
        settings: [
            "environment.id=minatar/breakout", "environment.action_repeat=1", "environment.sticky=0.1",
            "run.steps=20_000",
            "agent.batch=8", "agent.length=32", "agent.model_lr=1e-3", "agent.behavior_lr=3e-4",
            "replay.replay_ratio=64", "replay.prefill_steps=2500",
            "actors.count=2", "actors.trajectory_steps=32", "evaluation.episodes=100",
        ])

    /// One update of 8 × 32 replayed steps per 4 agent steps. Episodes are 250 agent steps long; 33 of them, the discount's
    /// reach, are 1.3 seconds. Returns rise only after some 4000 updates.
    static let cartpole = Preset(
        name: "cartpole", summary: "Cartpole from pixels, for a small machine", size: "nano",
        settings: [
            "environment.id=cartpole/swingup", "environment.action_repeat=4", "environment.time_limit=1000",
            "run.steps=60_000",
            "agent.image=32", "agent.cnn_depth=8", "agent.batch=8", "agent.length=32",
            "agent.gamma=0.97", "agent.entropy=3e-3", "agent.model_lr=3e-3", "agent.behavior_lr=5e-4",
            "replay.replay_ratio=64", "replay.prefill_steps=2500",
            "actors.count=2", "actors.trajectory_steps=32", "evaluation.episodes=10", "evaluation.policy=mode",
        ],
        settingsOfAgents: [
            "dreamerv3": ["agent.beta_rep=0.3"], "dymodreamer": ["agent.beta_rep=0.3"],
            "mudreamer": ["agent.model_lr=2e-3"],
        ])
}
