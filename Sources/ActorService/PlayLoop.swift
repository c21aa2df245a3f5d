import Agents
import Diagnostics
import Environments
import Experience
import Logging
import Runs
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

    init(welcome: Welcome, client: LearnerClient, python: String?, logger: Logger) throws {
        var layers = ConfigurationLayers()
        layers.files = [ConfigurationFile(name: "the learner's configuration", text: welcome.configuration)]
        let configuration = try layers.resolve()
        let count = configuration.actors.environmentsPerActor
        let environments = try configuration.makeEnvironments(count, for: .training, seed: welcome.seed, python: python)
        let agent = configuration.agent(for: environments[0].actionSpace)
        client.setOutbox(bytes: configuration.actors.outboxBytes)
        self.client = client
        self.logger = logger
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
            while client.isAccepting {
                loadWeights()
                let ended = try players.advance()
                try record()
                if let report = meter.add(steps: players.environments.count, ended, version: players.policy.version) {
                    client.report(report)
                }
            }
        } catch TransportError.stopped {
            // Asked to stop while it waited for room: not an error.
        }
        // What has been recorded since the last full trajectory is handed over, too.
        for index in recorders.indices { recorders[index].flush().map { client.submitLast($0) } }
    }

    private func record() throws {
        for (index, step) in players.steps.enumerated() {
            let full = recorders[index].append(
                step.observation, action: step.action, policyVersion: step.policyVersion)
            guard let full else { continue }
            do { try client.submit(full) } catch .stopped {
                client.submitLast(full)
                throw TransportError.stopped
            }
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
