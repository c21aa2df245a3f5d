import ActorService
import ArgumentParser
import Diagnostics
import Exports
import Fields
import Files
import Foundation
import Settings
import Threads

struct ActCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "act", abstract: "Play episodes with an exported policy; no run is needed.",
        discussion: """
            The task is the one that the policy was trained on, unless another one is named that shows and takes the same.

            Examples:
              dreamer act --weights exported/policy.safetensors --episodes 10
              dreamer act --weights exported/policy.safetensors --gif episode.gif
            """)

    @Option(help: "policy.safetensors of an export.")
    var weights: String

    @Option(name: .customLong("env"), help: "Environment to play instead of the one that the policy was trained on.")
    var environment: String?

    @Option(parsing: .unconditional, help: "Number of episodes.")
    var episodes = 1

    @Option(parsing: .unconditional, help: "Seed of the episodes; that of the run's evaluations by default.")
    var seed: UInt64?

    @Option(help: "sample (from the policy) or mode (its most probable action); as the run is evaluated by default.")
    var policy: Evaluator.Choice?

    @Option(
        name: .customLong("set"),
        help: "One setting of the task or the evaluation, key.path=value; may be given several times.")
    var overrides: [String] = []

    @Option(
        help: "File for every step of all episodes as tensors: observations, random numbers, distributions, actions.")
    var trace: String?

    @Option(
        help:
            "File for the first episode, as the policy sees it, as an animated GIF; \(PlayFilm.longest) frames at most."
    )
    var gif: String?

    @Flag(help: "Print one JSON object: mean, standard deviation, each return.")
    var json = false

    @Option(help: "Python of bridged environments; by default .venv is looked for.")
    var python: String?

    func run() async throws {
        guard episodes > 0 else { throw UserError("--episodes must be positive, got \(episodes)") }
        guard policy != .random else { throw UserError("--policy: an exported policy plays by sample or mode") }
        let file = try PolicyFile(contentsOf: weights)
        let configuration = try configuration(of: file)
        var taken = ActingTrace()
        let isTraced = trace != nil
        var film = try gif.map { _ throws(UserError) in try PlayFilm(of: file.description.agent) }
        let result = try ExportedPlay(file, configuration).run(
            episodes: episodes, seed: seed ?? configuration.evaluation.seed,
            choice: policy ?? .init(configuration.evaluation.policy), threads: Processors.usable, python: python,
            film: { film?.add($0) }
        ) { if isTraced { taken.add($0) } }
        if let trace { try taken.write(to: URL(fileURLWithPath: trace), image: file.description.image) }
        if let gif, let film { try DurableFile.replace(gif, with: film.gif()) }
        Output.line(try json ? Output.json(result, readable: true) : result.summary)
    }

    private func configuration(of file: PolicyFile) throws -> Configuration {
        var layers = ConfigurationLayers()
        layers.base = file.description.configuration
        layers.overrides = overrides
        if let environment { layers.flags = [.init("--env", path: "environment.id", value: environment)] }
        // The rest of a run's settings are not those of any run.
        let configuration = try layers.merged()
        try configuration.validateEnvironment()
        try configuration.evaluation.checkFields(of: "evaluation")
        return configuration
    }
}
