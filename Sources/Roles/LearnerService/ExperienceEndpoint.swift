import Environments
import Experience
import Logging
import Measurements
import NIOCore
import Replay
import Settings
import Synchronization
import Tensors
import TrajectoryCodec
import Transport
import Wire

/// What stands behind the learner's server: admits actors, hands trajectories to the replay, notes reports.
final class ExperienceEndpoint: LearnerEndpoint {
    private let configuration: Configuration
    private let yaml: String
    private let replay: ReplayBuffer
    private let ledger: ActorLedger
    private let place: GroupPlace
    private let measurements: MeasurementHub
    private let logger: Logger
    private let refusals = Mutex(RefusalLog())
    let staleness: StalenessMeter
    private let evaluations: Evaluations
    /// Of the run's task.
    private let achievementNames: [String]

    init(
        configuration: Configuration, replay: ReplayBuffer, ledger: ActorLedger, place: GroupPlace = .alone,
        measurements: MeasurementHub, logger: Logger
    ) {
        self.configuration = configuration
        yaml = configuration.share(of: place.count).yaml()
        self.replay = replay
        self.ledger = ledger
        self.place = place
        self.measurements = measurements
        self.logger = logger
        staleness = StalenessMeter(limit: configuration.learner.stalenessLimit)
        achievementNames = EnvironmentRegistry.achievements(of: configuration.environment.id)
        evaluations = Evaluations(configuration.evaluation, achievements: achievementNames)
    }

    /// A version is published.
    func publish(_ version: UInt64, trainSteps: Int) {
        staleness.publish(version)
        evaluations.published.note(
            version, .init(trainSteps: trainSteps, agentSteps: replay.statistics.counts.inserted))
    }

    func join(_ hello: Hello) throws(Refusal) -> Admission {
        guard hello.role == .actor else { return try joinEvaluator(hello) }
        if configuration.run.offline { throw Refusal(.full, "this run is trained from its replay, without actors") }
        if configuration.run.lockstep, let other = ledger.connected(besides: hello.actor) {
            throw Refusal(.full, "this run is in lockstep with its one actor \(other); stop that one first")
        }
        let (index, restarts) = ledger.join(hello.actor)
        var seeds = RandomStream(
            seed: configuration.run.seed, purpose: place.purpose("actor \(index), start \(restarts)"))
        return Admission(
            actorIndex: index, configuration: yaml, seed: seeds.next(), creditBytes: configuration.creditBytes,
            storedThrough: replay.storedThrough(actor: hello.actor, incarnation: hello.incarnation))
    }

    /// An evaluator is none of the run's actors: it has no number among them, and takes no turns.
    private func joinEvaluator(_ hello: Hello) throws(Refusal) -> Admission {
        guard ledger.connected(hello.actor) == nil else {
            throw Refusal(.name, "an actor of this run is called \(hello.actor): give the evaluator another --name")
        }
        try evaluations.join(hello)
        return Admission(
            actorIndex: 0, configuration: yaml, seed: configuration.evaluation.seed, creditBytes: 0, storedThrough: 0)
    }

    func receive(_ trajectory: EncodedTrajectory, key: TrajectoryKey) -> Settlement.Outcome? {
        do throws(TrajectoryCodecError) {
            let columns = try TrajectoryCoder.decodeColumns(of: trajectory)
            // Stored, it would spoil training steps for as long as it is there.
            if let reason = columns.firstNotFinite { return refuse(key, reason) }
            return store(trajectory, key, staleness: staleness.add(columns.policyVersions))
        } catch {
            return refuse(key, "it cannot be read: \(error)")
        }
    }

    /// Nil: storage reports when it is settled.
    private func store(
        _ trajectory: EncodedTrajectory, _ key: TrajectoryKey, staleness: Int?
    ) -> Settlement.Outcome? {
        do throws(ReplayError) {
            try replay.insert(trajectory, key: key, staleness: staleness)
        } catch  where error.code == .shape {
            return refuse(key, error.message)
        } catch {
            // The replay is closed, and the connections are about to be: the actor sends it again to the next learner.
            logger.debug("left unacknowledged: \(error.message)")
        }
        return nil
    }

    private func refuse(_ key: TrajectoryKey, _ reason: String) -> Settlement.Outcome {
        if let suppressed = refusals.withLock({ $0.admit(now: .now()) }) {
            logger.warning(
                "a trajectory of actor \(key.actor) was refused: \(reason)", metadata: ["unlogged": "\(suppressed)"])
        }
        return .refused(reason)
    }

    func receive(_ report: ActorReport, from actor: String) {
        if evaluations.isEvaluator(actor) {
            if let measurement = evaluations.measurement(report) { measurements.publish(.evaluator(measurement)) }
            return
        }
        ledger.add(report, from: actor)
        for episode in report.episodes {
            measurements.publish(
                .episode(
                    EpisodeMeasurement(
                        actor: actor, environment: episode.environment, episodeReturn: episode.episodeReturn,
                        length: episode.length, policyVersion: episode.policyVersion,
                        agentSteps: replay.statistics.counts.inserted, failed: episode.hasFailed,
                        achievements: achievementNames.isEmpty
                            ? nil : episode.achievements.names(of: achievementNames).joined(separator: " "))))
        }
    }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        if !evaluations.left(actor, incarnation: incarnation) { ledger.left(actor, because: reason) }
    }
}
