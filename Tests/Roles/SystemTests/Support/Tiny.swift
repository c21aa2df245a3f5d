/// A run that is as small as a run can be: its training steps take milliseconds.
enum Tiny {
    static let replayRatio = 8.0
    static let prefill = 64

    static let settings = [
        "agent.batch=4", "agent.length=8", "agent.horizon=3", "replay.prefill_steps=\(prefill)",
        "replay.replay_ratio=\(replayRatio)", "actors.trajectory_steps=8", "learner.threads=1",
        "learner.log_every=0.2", "learner.checkpoint_seconds=1", "evaluation.episodes=10",
    ]

    /// Options of `train` and `learner`.
    static func options(
        _ logdir: String, steps: Int, environment: String = "catch", settings: [String] = []
    ) -> [String] {
        let all = Self.settings + settings
        return ["--logdir", logdir, "--env", environment, "--size", "nano", "--steps", "\(steps)"]
            + all.flatMap { ["--set", $0] }
    }

    /// Starts a learner on a free port, or on `port`, and returns it with its port when it listens.
    static func learner(
        _ logdir: String, port: Int = 0, steps: Int = 100_000, environment: String = "catch", python: String? = nil,
        settings: [String] = []
    ) async throws -> (process: Child, port: Int) {
        try await listening(
            Child(
                ["learner", "--listen", "127.0.0.1:\(port)"]
                    + options(logdir, steps: steps, environment: environment, settings: settings)
                    + (python.map { ["--python", $0] } ?? [])))
    }

    /// Starts a learner again that is told nothing but where its run is.
    static func resumed(_ logdir: String, port: Int = 0) async throws -> (process: Child, port: Int) {
        try await listening(Child(["learner", "--listen", "127.0.0.1:\(port)", "--logdir", logdir]))
    }

    private static func listening(_ learner: Child) async throws -> (process: Child, port: Int) {
        let line = try await learner.message("listening on 127.0.0.1:")
        let digits = line.split(separator: "127.0.0.1:")[1].prefix { $0.isNumber }
        return (learner, Int(digits) ?? 0)
    }

    /// Starts an actor of that learner in a working directory of its own choice.
    static func actor(_ name: String, port: Int, logdir: String, in directory: String? = nil) throws -> Child {
        try Child(
            ["actor", "--connect", "127.0.0.1:\(port)", "--token-file", logdir + "/token", "--name", name],
            in: directory)
    }
}
