/// Tasks of the DeepMind Control suite by domain and task.
public enum ControlTasks {
    /// The 20 tasks from images that papers compare (MuDreamer, Table 1).
    public static let benchmark = [
        "acrobot-swingup", "cartpole-balance", "cartpole-balance_sparse", "cartpole-swingup",
        "cartpole-swingup_sparse", "cheetah-run", "ball_in_cup-catch", "finger-spin", "finger-turn_easy",
        "finger-turn_hard", "hopper-hop", "hopper-stand", "pendulum-swingup", "quadruped-run", "quadruped-walk",
        "reacher-easy", "reacher-hard", "walker-run", "walker-stand", "walker-walk",
    ]
    /// The six that were compared before natural backgrounds first (Deng et al. 2022; MuDreamer, Table 12).
    public static let backgrounds = [
        "cartpole-swingup", "cheetah-run", "ball_in_cup-catch", "finger-spin", "reacher-easy", "walker-run",
    ]

    /// Those of the pinned version of dm_control.
    public static let all = [
        "acrobot-swingup", "acrobot-swingup_sparse", "ball_in_cup-catch", "cartpole-balance",
        "cartpole-balance_sparse", "cartpole-swingup", "cartpole-swingup_sparse", "cartpole-two_poles",
        "cartpole-three_poles", "cheetah-run", "dog-stand", "dog-walk", "dog-trot", "dog-run", "dog-fetch",
        "finger-spin", "finger-turn_easy", "finger-turn_hard", "fish-upright", "fish-swim", "hopper-stand",
        "hopper-hop", "humanoid-stand", "humanoid-walk", "humanoid-run", "humanoid-run_pure_state",
        "humanoid_CMU-stand", "humanoid_CMU-walk", "humanoid_CMU-run", "lqr-lqr_2_1", "lqr-lqr_6_2",
        "manipulator-bring_ball", "manipulator-bring_peg", "manipulator-insert_ball", "manipulator-insert_peg",
        "pendulum-swingup", "point_mass-easy", "point_mass-hard", "quadruped-walk", "quadruped-run",
        "quadruped-escape", "quadruped-fetch", "reacher-easy", "reacher-hard", "stacker-stack_2", "stacker-stack_4",
        "swimmer-swimmer6", "swimmer-swimmer15", "walker-stand", "walker-walk", "walker-run",
    ]
}
