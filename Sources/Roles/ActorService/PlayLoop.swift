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

/// Plays environments and submits trajectories until the client takes no more. It belongs to one thread.
final class PlayLoop: Playing {
    private let client: LearnerClient
    private let players: Players
    private var recorders: [Recorder]
    private var meter: ReportMeter
    private var loaded: WeightsIdentity?
    /// Decides when to wait for weights; nil where the newest are taken as they come.
    private var lockstep: Lockstep?
    private let failures: FailureLog
    private let logger: Logger

    /// - Parameter output: file for what bridged environments print.
    /// - Throws: where the environments cannot be built here, or would use what is not allowed.
    init(
        welcome: Welcome, client: LearnerClient, python: String?, output: String?, allowance: Allowance, logger: Logger
    ) throws {
        let configuration = try welcome.configuration(allowing: allowance, for: .training)
        let count = configuration.actors.environmentsPerActor
        let failures = FailureLog(logger)
        var host = EnvironmentHost(python: python, output: output)
        host.isWanted = { client.isAccepting }
        host.broke = { failures.note($0, $1) }
        let environments = try configuration.makeEnvironments(count, for: .training, seed: welcome.seed, on: host)
        let agent = configuration.agent(for: environments[0])
        client.setOutbox(bytes: configuration.actors.outboxBytes)
        self.client = client
        self.logger = logger
        self.failures = failures
        players = Players(
            environments, policy: ActingPolicy(agent, environments: count, seed: welcome.seed), choice: .sample,
            seed: welcome.seed)
        recorders = environments.enumerated().map { index, environment in
            Recorder(
                environment: index, shape: environment.shape, steps: configuration.actors.trajectorySteps)
        }
        meter = ReportMeter()
        // The learner would wait for its steps, and this actor for the weights made of them.
        if configuration.run.lockstep { client.endWhenRefused() }
        lockstep = configuration.run.lockstep ? Lockstep(prefillRounds: configuration.prefillRounds) : nil
        logger.info("playing \(configuration.environment.id) as actor \(welcome.actorIndex) of run \(welcome.runID)")
    }

    func run() throws {
        defer { for environment in players.environments { environment.close() } }
        // What has been recorded since the last full trajectory is handed over, too, and what has not been reported.
        defer { submitRest() }
        do { try play() } catch TransportError.stopped {
            // Asked to stop while it waited for room: not an error.
        } catch let error as EnvironmentError {
            guard client.isAccepting else {
                return logger.warning("it did not come to a step any more: \(error)")
            }
            client.stopSubmitting()
            throw error
        }
    }

    private func play() throws {
        try players.start()
        var isRoundOver = try record()
        while client.isAccepting {
            guard updateWeights(isRoundOver: isRoundOver) else { break }
            let ended = try players.advance()
            // Before they are handed over, which may be the moment to stop: they have been played.
            let report = meter.add(
                steps: players.environments.count, ended, version: players.policy.version, failures: failures.count)
            if let report { client.report(report) }
            isRoundOver = try record()
        }
    }

    private func submitRest() {
        if let report = meter.rest(version: players.policy.version, failures: failures.count) { client.report(report) }
        for index in recorders.indices { recorders[index].flush().map { client.submitLast($0) } }
    }

    /// Adds the players' steps and submits the trajectories that they complete.
    /// - Returns: whether there were any. All environments step together, so their trajectories end together.
    private func record() throws -> Bool {
        var (isRoundOver, isStopped) = (false, false)
        for (index, step) in players.steps.enumerated() {
            let full = recorders[index].append(
                step.observation, action: step.action, policyVersion: step.policyVersion)
            guard let full else { continue }
            isRoundOver = true
            // The other environments have made their steps, too.
            do { try client.submit(full) } catch .stopped {
                client.submitLast(full)
                isStopped = true
            }
        }
        if isStopped { throw TransportError.stopped }
        return isRoundOver
    }

    /// Takes the newest weights if there are any. In lockstep they are taken only between two rounds, and waited for; an
    /// actor that has none yet takes what the learner has, for one that was started again joins in the middle of a run.
    /// - Returns: false where the client was stopped while waiting.
    private func updateWeights(isRoundOver: Bool) -> Bool {
        if isRoundOver, lockstep?.waits(hasWeights: loaded != nil) == true { return awaitWeights() }
        if lockstep == nil || loaded == nil { client.latestWeights(otherThan: loaded).map(load) }
        return true
    }

    /// Waits for the weights that the learner makes of the round that has ended.
    private func awaitWeights() -> Bool {
        while client.isAccepting {
            if let weights = client.waitForWeights(otherThan: loaded, timeout: .seconds(60)) {
                load(weights)
                return true
            }
            logger.info("waiting for the weights that follow version \(players.policy.version)")
        }
        return false
    }

    /// A version that does not fit is refused and named.
    private func load(_ weights: LearnerClient.ReceivedWeights) {
        loaded = weights.identity
        let (policy, received) = (players.policy, weights.policy)
        do throws(ActingPolicy.WeightsError) {
            try received.withValues { values throws(ActingPolicy.WeightsError) in
                try policy.load(values, fingerprint: received.layout.fingerprint, version: received.version)
            }
        } catch {
            logger.error("weights are not usable: \(error)")
        }
    }
}
