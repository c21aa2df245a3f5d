import Agents
import Diagnostics
import Environments
import Experience
import Logging
import Settings
import Tensors
import TrajectoryCodec
import Transport
import Wire

/// Plays environments and submits trajectories until the client takes no more.
///
/// Safe to hand to its thread: it is used by that thread only once `run` has been called.
final class PlayLoop: @unchecked Sendable {
    private let client: LearnerClient
    private let players: Players
    private var recorders: [Recorder]
    private var meter: ReportMeter
    private let logger: Logger
    /// Trajectories of one environment that may wait for credit: an actor that runs ahead of the learner acts with an
    /// old policy.
    private let makePlayers: Configuration

    init(welcome: Welcome, client: LearnerClient, python: String?, logger: Logger) throws {
        let file = ConfigurationFile(name: "the learner's configuration", text: welcome.configuration)
        let configuration = try ConfigurationLayers(files: [file]).resolve()
        let count = configuration.actors.environmentsPerActor
        let environments = try configuration.makeEnvironments(count, seed: welcome.seed, python: python)
        let agent = configuration.agent(for: environments[0].actionSpace)
        self.client = client
        self.logger = logger
        makePlayers = configuration
        players = Players(
            environments, policy: ActingPolicy(agent, environments: count, seed: welcome.seed), choice: .sample,
            seed: welcome.seed)
        recorders = environments.enumerated().map { index, environment in
            Recorder(
                environment: index, image: environment.image, actionCount: environment.actionSpace.count,
                steps: configuration.actors.trajectorySteps)
        }
        meter = ReportMeter()
        logger.info("playing \(configuration.environment.id) as actor \(welcome.actorIndex) of run \(welcome.runID)")
    }

    func run() throws {
        defer { for environment in players.environments { environment.close() } }
        try players.start()
        do {
            try record()
            while true {
                loadWeights()
                let ended = try players.advance()
                try record()
                if let report = meter.add(steps: players.environments.count, ended, version: players.policy.version) {
                    client.report(report)
                }
            }
        } catch TransportError.stopped {
            // The client was asked to finish: what is recorded is not lost for a round trip's sake.
            for index in recorders.indices { try recorders[index].flush().map { client.submitLast($0) } }
        }
    }

    private func record() throws {
        for (index, step) in players.steps.enumerated() {
            let full = try recorders[index].append(
                step.observation, action: step.action, policyVersion: step.policyVersion)
            if let full { try client.submit(full) }
        }
    }

    /// Takes the newest weights if there are any; a version that does not fit is refused and named.
    private func loadWeights() {
        guard let weights = client.latestWeights(newerThan: players.policy.version) else { return }
        do {
            try players.policy.load(
                Dictionary(weights.tensors.map { ($0.name, $0.values) }) { $1 }, version: weights.version)
        } catch {
            logger.error("weights of version \(weights.version) are not usable: \(error)")
        }
    }
}
