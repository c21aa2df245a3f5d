import Agents
import Diagnostics
import Environments
import Experience
import Foundation
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
    private var pace = AwayPace()
    private var loaded: WeightsIdentity?
    /// Decides when to wait for weights; nil where the newest are taken as they come.
    private var lockstep: Lockstep?
    /// Where it stood when another process played, until it goes on from there.
    private var resumed: RoundState?
    private let rounds: RoundLog?
    private let failures: FailureLog
    private let logger: Logger

    /// - Parameters:
    ///   - output: file for what bridged environments print.
    ///   - rounds: keeps where an actor in lockstep stands.
    /// - Throws: where the environments cannot be built here, or would use what is not allowed.
    init(
        welcome: Welcome, client: LearnerClient, python: String?, output: String?, allowance: Allowance,
        rounds: RoundLog?, logger: Logger
    ) throws {
        let configuration = try welcome.configuration(allowing: allowance, for: .training)
        let precision = configuration.actors.precision
        try precision.requireKernels(for: "actors.precision")
        let isLockstep = configuration.run.lockstep
        let count = configuration.actors.environmentsPerActor
        let resumed = isLockstep ? try rounds?.resume(client, welcome, environments: count) : nil
        let seed = resumed?.players.seed ?? welcome.seed
        let failures = FailureLog(logger)
        var host = EnvironmentHost(python: python, output: output)
        host.isWanted = { client.isAccepting }
        host.broke = { failures.note($0, $1) }
        let environments = try configuration.makeEnvironments(count, for: .training, seed: seed, on: host)
        let agent = configuration.agent(for: environments[0])
        client.setOutbox(bytes: configuration.actors.outboxBytes)
        self.client = client
        self.logger = logger
        self.failures = failures
        players = Players(
            environments, policy: ActingPolicy(agent, environments: count, precision: precision, seed: seed),
            choice: .sample, seed: seed, isRepeatable: isLockstep)
        recorders = environments.enumerated().map { index, environment in
            Recorder(
                environment: index, shape: environment.shape, steps: configuration.actors.trajectorySteps,
                firstStep: resumed?.firstStep ?? 0)
        }
        meter = ReportMeter()
        // The learner would wait for its steps, and this actor for the weights made of them.
        if isLockstep { client.endWhenRefused() }
        lockstep =
            isLockstep ? Lockstep(prefillRounds: configuration.prefillRounds, rounds: resumed?.rounds ?? 0) : nil
        self.rounds = isLockstep ? rounds : nil
        self.resumed = resumed
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
        var isRoundOver = try begin()
        while client.isAccepting {
            guard try updateWeights(isRoundOver: isRoundOver) else { break }
            let ended = try players.advance()
            // Before they are handed over, which may be the moment to stop: they have been played.
            let report = meter.add(
                steps: players.environments.count, ended, version: players.policy.version, failures: failures.count)
            if let report { client.report(report) }
            isRoundOver = try record()
            // In lockstep nobody plays ahead.
            if lockstep == nil { keepPace() }
        }
    }

    /// Waits where the learner is away and would not have let it play so much.
    private func keepPace() {
        let next = pace.add(players.environments.count, isConnected: client.status.isConnected)
        while let next, .now < next, client.isAccepting, !client.status.isConnected {
            Thread.sleep(forTimeInterval: min(0.05, (next - .now) / .seconds(1)))
        }
    }

    /// - Returns: whether a round is over, as it is where another process has played one.
    private func begin() throws -> Bool {
        guard let resumed else {
            try players.start()
            return try record()
        }
        if let other = try players.restore(resumed.players).first {
            client.stopSubmitting()
            rounds?.forget()
            throw UserError(
                "environment \(other) does not repeat what it did: start this actor again, and it begins new episodes",
                exitCode: ActorStatus.anotherRun)
        }
        return true
    }

    private func submitRest() {
        if let report = meter.rest(version: players.policy.version, failures: failures.count) { client.report(report) }
        // What is begun of a round is played again from its start.
        guard rounds == nil else { return }
        for index in recorders.indices { recorders[index].flush().map { client.submitLast($0) } }
    }

    /// Adds the players' steps and submits the trajectories that they complete.
    /// - Returns: whether there were any. All environments step together, so their trajectories end together.
    private func record() throws -> Bool {
        var full: [EncodedTrajectory] = []
        for (index, step) in players.steps.enumerated() {
            recorders[index].append(step.observation, action: step.action, policyVersion: step.policyVersion)
                .map { full.append($0) }
        }
        guard !full.isEmpty else { return false }
        meter.ended(version: players.policy.version, failures: failures.count).map { client.report($0) }
        keepRound(of: full.count)
        try submit(full)
        return true
    }

    /// All of them, also where it is stopped meanwhile: the other environments have made their steps, too.
    private func submit(_ trajectories: [EncodedTrajectory]) throws(TransportError) {
        var isStopped = false
        for trajectory in trajectories {
            do throws(TransportError) { try client.submit(trajectory) } catch {
                guard case .stopped = error else { throw error }
                client.submitLast(trajectory)
                isStopped = true
            }
        }
        if isStopped { throw .stopped }
    }

    /// Before a round is handed over: what is stored of it can be gone on from.
    private func keepRound(of trajectories: Int) {
        guard let lockstep, let rounds else { return }
        let state = RoundState(
            rounds: lockstep.rounds, policyVersion: players.policy.version, firstStep: recorders[0].nextStep,
            players: players.state)
        do {
            try rounds.write(
                state, through: client.nextSequence + UInt64(trajectories) - 1,
                acknowledged: client.acknowledgedThrough)
        } catch {
            // Those of rounds before would lead back too far.
            rounds.forget()
            logger.warning("a run that is stopped now goes on as another one: where it stands cannot be kept: \(error)")
        }
    }

    /// Takes the newest weights if there are any. In lockstep they are taken only between two rounds, and waited for; an
    /// actor that has none yet takes what the learner has, for one that was started again joins in the middle of a run.
    /// - Returns: false where the client was stopped while waiting.
    private func updateWeights(isRoundOver: Bool) throws -> Bool {
        if isRoundOver, lockstep?.waits(hasWeights: loaded != nil) == true { return try awaitWeights() }
        if lockstep == nil || loaded == nil { client.latestWeights(otherThan: loaded).map(load) }
        return true
    }

    /// Waits for the weights that the learner makes of the round that has ended.
    private func awaitWeights() throws -> Bool {
        var known = loaded
        while client.isAccepting {
            if let weights = client.waitForWeights(otherThan: known, timeout: .seconds(60)) {
                known = weights.identity
                // Those that the round itself was played with are no news to who goes on after it.
                guard weights.identity.version > resumed?.policyVersion ?? 0 else { continue }
                try requireSameLearner(weights.identity)
                resumed = nil
                load(weights)
                return true
            }
            logger.info("waiting for the weights that follow version \(players.policy.version)")
        }
        return false
    }

    /// A learner that was started again has gone back to the round of its checkpoint, and this actor has not.
    private func requireSameLearner(_ identity: WeightsIdentity) throws(UserError) {
        guard rounds != nil, let loaded, loaded.learnerGeneration != identity.learnerGeneration else { return }
        client.stopSubmitting()
        throw UserError(
            "the learner was started again and has gone back to its checkpoint: start this actor again, too",
            exitCode: ActorStatus.anotherRun)
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
