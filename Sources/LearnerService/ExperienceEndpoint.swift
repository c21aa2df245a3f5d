import Experience
import Logging
import Replay
import Settings
import Synchronization
import Telemetry
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
    private let metrics: MetricsLog
    private let logger: Logger

    init(
        configuration: Configuration, replay: ReplayBuffer, ledger: ActorLedger, metrics: MetricsLog, logger: Logger
    ) {
        self.configuration = configuration
        yaml = configuration.yaml()
        self.replay = replay
        self.ledger = ledger
        self.metrics = metrics
        self.logger = logger
    }

    func join(_ hello: Hello) throws(Refusal) -> Admission {
        let index = ledger.join(hello.actor)
        logger.info("actor \(hello.actor) joined from \(hello.host), process \(hello.process)")
        var seeds = RandomStream(seed: configuration.run.seed, purpose: "actor \(index), \(ledger.restarts(hello.actor))")
        return Admission(
            actorIndex: index, configuration: yaml, seed: seeds.next(), creditBytes: configuration.learner.creditBytes,
            storedThrough: replay.storedThrough(actor: hello.actor, incarnation: hello.incarnation))
    }

    func receive(
        _ trajectory: EncodedTrajectory, key: TrajectoryKey, completion: @escaping @Sendable (StorageOutcome) -> Void
    ) {
        replay.insert(trajectory, key: key) { outcome in
            switch outcome {
            case .stored: completion(.stored)
            case .duplicate: completion(.duplicate)
            case .refused(let reason): completion(.refused(reason))
            }
        }
    }

    func receive(_ report: ActorReport, from actor: String) {
        ledger.add(report, from: actor)
        for episode in report.episodes {
            metrics.append(
                kind: "episode",
                [
                    "actor": .text(actor), "environment": .integer(episode.environment),
                    "return": .number(episode.episodeReturn), "length": .integer(Int(episode.length)),
                    "policy_version": .integer(Int(episode.policyVersion)),
                    "agent_steps": .integer(replay.statistics.insertedSteps),
                ])
        }
    }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        ledger.left(actor)
        logger.info("actor \(actor) left: \(reason)")
    }
}
