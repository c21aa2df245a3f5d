import AgentChoice
import ArgumentParser
import Diagnostics
import Environments
import Experience
import Fields
import Runs
import Settings

/// How a run is described on the command line; `docs/configuration.md` says which layer wins.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "Named settings for a benchmark: \(Presets.all.map(\.name).joined(separator: ", ")).")
    var preset: String?

    @Option(help: "Size of the networks: \(Sizes.all.map(\.name).joined(separator: ", ")).")
    var size: String?

    @Option(help: "Agent: \(AgentVariants.all.map(\.name).joined(separator: ", ")).")
    var agent: String?

    @Option(name: .customLong("env"), help: "Environment, for instance catch, cartpole/swingup or atari/pong.")
    var environment: String?

    @Option(parsing: .unconditional, help: "Agent steps of the whole run, over all actors.")
    var steps: String?

    @Option(parsing: .unconditional, help: "Seed of every random number.")
    var seed: String?

    @Option(parsing: .unconditional, help: "Number of actor processes.")
    var actors: String?

    @Flag(help: "Let the learner and its one actor take turns, so that the run repeats bit for bit from its seed.")
    var lockstep = false

    @Option(name: .customLong("config"), help: "YAML file with settings; may be given several times.")
    var files: [String] = []

    @Option(name: .customLong("set"), help: "One setting, key.path=value; may be given several times.")
    var overrides: [String] = []

    /// Whether they say what is played, so that nothing must be guessed.
    var describeARun: Bool { preset != nil || environment != nil || !files.isEmpty }

    /// A run that is about to start: its configuration, over that of a run which is resumed, and what its task turned out to
    /// be. What that shows decides on the preset of a new run where nobody names one.
    func resolve(
        resuming stored: Configuration?, on host: EnvironmentHost
    ) throws -> (configuration: Configuration, task: TriedTask) {
        var layers = try layers(over: stored)
        let isPresetOpen = stored == nil && preset == nil
        let described = try isPresetOpen ? layers.merged() : layers.resolve()
        try described.validateEnvironment()
        let task = try described.tryTask(on: host)
        if isPresetOpen {
            layers.preset = EnvironmentRegistry.preset(
                for: described.environment.id, showsImages: task.image != .none)
        }
        var configuration = try layers.resolve()
        try configuration.adopt(task)
        return (configuration, task)
    }

    /// The configuration that results over another one, whatever the task shows.
    func resolve(over base: Configuration) throws(UserError) -> Configuration { try layers(over: base).resolve() }

    /// The task that is asked for.
    func environment(resuming stored: Configuration?) throws(UserError) -> EnvironmentSettings {
        try layers(over: stored).merged().environment
    }

    private func layers(over stored: Configuration?) throws(UserError) -> ConfigurationLayers {
        var layers = ConfigurationLayers()
        if let environment, !EnvironmentRegistry.contains(environment) {
            throw UserError(
                "\(EnvironmentError.unknownEnvironment(environment, known: EnvironmentRegistry.known))")
        }
        if let stored { layers.base = stored }
        layers.preset = preset
        layers.size = size
        for path in files { layers.files.append(try ConfigurationFile(path: path)) }
        layers.overrides = overrides
        for (name, path, value) in [
            ("--agent", "agent.agent", agent), ("--env", "environment.id", environment),
            ("--steps", "run.steps", steps),
            ("--seed", "run.seed", seed), ("--actors", "actors.count", actors),
            ("--lockstep", "run.lockstep", lockstep ? "true" : nil),
        ] {
            if let value { layers.flags.append(.init(name, path: path, value: value)) }
        }
        return layers
    }
}
