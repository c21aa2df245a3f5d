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
    private let server: LearnerServer
    private let flow: FlowSwitch
    private let logger: Logger
    let staleness: StalenessMeter
    private let isFull = Atomic(false)
    /// Set before the server starts.
    private let whenFull = Mutex<@Sendable () -> Void>({})

    init(
        configuration: Configuration, replay: ReplayBuffer, ledger: ActorLedger, metrics: MetricsLog,
        server: LearnerServer, flow: FlowSwitch, logger: Logger
    ) {
        self.configuration = configuration
        yaml = configuration.yaml()
        self.replay = replay
        self.ledger = ledger
        self.metrics = metrics
        self.server = server
        self.flow = flow
        self.logger = logger
        staleness = StalenessMeter(limit: configuration.learner.stalenessLimit)
    }

    /// - Parameter body: called once, when all steps of the run are stored.
    func onFull(_ body: @escaping @Sendable () -> Void) {
        whenFull.withLock { $0 = body }
    }

    func join(_ hello: Hello) throws(Refusal) -> Admission {
        if configuration.run.lockstep, let other = ledger.connected(besides: hello.actor) {
            throw Refusal(.full, "this run is in lockstep with its one actor \(other); stop that one first")
        }
        let (index, restarts) = ledger.join(hello.actor)
        logger.info("actor \(hello.actor) joined from \(hello.host), process \(hello.process)")
        var seeds = RandomStream(seed: configuration.run.seed, purpose: "actor \(index), start \(restarts)")
        return Admission(
            actorIndex: index, configuration: yaml, seed: seeds.next(), creditBytes: configuration.creditBytes,
            storedThrough: replay.storedThrough(actor: hello.actor, incarnation: hello.incarnation))
    }

    func receive(_ trajectory: EncodedTrajectory, key: TrajectoryKey) -> Settlement.Outcome? {
        func refuse(_ reason: String) -> Settlement.Outcome {
            logger.warning("a trajectory of actor \(key.actor) was refused: \(reason)")
            return .refused(reason)
        }
        let columns: TrajectoryColumns
        do throws(TrajectoryCodecError) { columns = try TrajectoryCoder.decodeColumns(of: trajectory) } catch {
            return refuse("it cannot be read: \(error)")
        }
        // Stored, it would spoil training steps for as long as it is there.
        if let reason = columns.firstNotFinite { return refuse(reason) }
        let staleness = staleness.add(columns.policyVersions)
        do throws(ReplayError) {
            try replay.insert(trajectory, key: key, staleness: staleness) { [weak self] result in
                switch result {
                case .success(.stored):
                    self?.settle(key, .stored)
                    self?.checkFull()
                case .success(.duplicate): self?.settle(key, .duplicate)
                // Not stored, and the learner is about to end: the actor keeps it and sends it again.
                case .failure: break
                }
            }
        } catch  where error.code == .shape {
            return refuse(error.message)
        } catch {
            // The replay is closed, and the connections are about to be: the actor sends it again to the next learner.
            logger.debug("left unacknowledged: \(error.message)")
        }
        if !replay.hasRoom { flow.room { replay.hasRoom } }
        return nil
    }

    private func settle(_ key: TrajectoryKey, _ outcome: Settlement.Outcome) {
        server.settle([Settlement(key: key, outcome: outcome)])
    }

    /// Enough is enough: once the run has its steps, training goes on without more.
    func checkFull() {
        guard replay.limiter.limit.counts.inserted >= configuration.wantedSteps else { return }
        let first = isFull.exchange(true, ordering: .relaxed) == false
        if first { whenFull.withLock { $0 }() }
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
                    "agent_steps": .integer(replay.statistics.counts.inserted),
                ])
        }
    }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        ledger.left(actor)
        logger.info("actor \(actor) left: \(reason)")
    }
}
