import Diagnostics
import Logging
import Measurements
import Replay
import Runs
import Settings
import Transport

/// Publishes how the learner and its actors are doing: samples twice a second, and every `log_every` seconds how old the
/// policies were whose experience arrived.
struct LearnerReporter: Sendable {
    private static let interval = Duration.milliseconds(500)
    /// Samples for which one look at all connections does: it is a turn of their event loop.
    private static let samplesPerLook = 4

    let configuration: Configuration
    let replay: ReplayBuffer
    let ledger: ActorLedger
    let status: TrainerStatus
    let staleness: StalenessMeter
    /// How actors' connections are now.
    let connections: @Sendable () async -> [ConnectionStatus]
    let measurements: MeasurementHub
    let logger: Logger

    /// Reports until cancelled, and once more then.
    func run() async {
        var sampler = LearnerSampler(configuration, inserted: replay.statistics.counts.inserted)
        measurements.publish(.start(sampler.start))
        var reported = ContinuousClock.now
        var seen: [String: ConnectionStatus] = [:]
        var round = 0
        while !Task.isCancelled {
            if round % Self.samplesPerLook == 0 { seen = await byName() }
            round += 1
            publishSamples(&sampler, seen)
            if ContinuousClock.now - reported >= .seconds(configuration.learner.logEvery) {
                reported = .now
                publishStaleness()
            }
            // Cancellation ends the pause, and with it the loop.
            try? await Task.sleep(for: Self.interval)
        }
        publishSamples(&sampler, [:])
        publishStaleness()
    }

    private func byName() async -> [String: ConnectionStatus] {
        Dictionary(uniqueKeysWithValues: await connections().map { ($0.actor, $0) })
    }

    private func publishSamples(_ sampler: inout LearnerSampler, _ connections: [String: ConnectionStatus]) {
        let samples = sampler.samples(
            replay.statistics, isInsertOpen: replay.limiter.isInsertOpen, actors: ledger.takeReport(),
            trainer: status.snapshot, connections: connections)
        for sample in samples { measurements.publish(sample) }
    }

    private func publishStaleness() {
        guard let staleness = staleness.take() else { return }
        measurements.publish(.staleness(staleness))
        let summary = staleness.summary
        guard summary.aboveLimit > 0, let limit = configuration.learner.stalenessLimit else { return }
        logger.warning(
            """
            \(summary.aboveLimit) of \(summary.trajectories) trajectories came from policies more than \(limit) versions \
            behind (at most \(Int(summary.maximum)))\(consequence)
            """)
    }

    /// What is done about stale experience, as the end of a sentence.
    private var consequence: String {
        switch configuration.learner.stalenessAction {
        case .warn: "; learner.staleness_action can leave them out (drop) or hold their actors back (hold)"
        case .drop: " and are not replayed"
        case .hold: "; they were under way when their actors were held back"
        }
    }
}
