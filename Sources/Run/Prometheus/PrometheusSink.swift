import CoreMetrics
import Measurements
import Synchronization

/// Turns measurements into metrics for Prometheus: a sink of the one stream of measurements.
///
/// There are as many series as the program has numbers, however many actors there are, unless each actor is to have its own.
public final class PrometheusSink: Sendable {
    private let registry = PrometheusRegistry(help: MetricNames.help)
    private let state: Mutex<State>

    private struct State: Sendable {
        var returns = MeanWindow(capacity: 100)
        /// What has been counted so far, by counter.
        var counted: [String: Double] = [:]
        var actors: ActorFleet
    }

    /// - Parameter actorSeries: whether each actor has series of its own.
    public init(actorSeries: Bool = false) {
        state = Mutex(State(actors: ActorFleet(hasSeries: actorSeries)))
    }

    /// What a Prometheus server reads.
    public var text: String { registry.text }

    /// Any thread may call it; it only keeps numbers.
    public func take(_ record: MeasurementRecord) {
        state.withLock { state in take(record.measurement, &state) }
    }

    private func take(_ measurement: RunMeasurement, _ state: inout State) {
        switch measurement {
        case .start(let start): take(start)
        case .progress(let progress): take(progress, &state)
        case .training(let training): take(training)
        case .replay(let replay): take(replay, &state)
        case .actor(let actor): state.actors.take(actor, in: registry)
        case .episode(let episode):
            state.returns.add(episode.episodeReturn)
            count("dreamer_episodes_total", to: state.counted["dreamer_episodes_total", default: 0] + 1, &state)
            gauge("dreamer_episode_return", state.returns.mean)
            gauge("dreamer_episode_length_steps", Double(episode.length))
        case .staleness(let staleness): gauge("dreamer_trajectory_staleness_versions", staleness.summary.mean)
        case .evaluation(let evaluation): gauge("dreamer_evaluation_return", evaluation.mean)
        case .evaluator(let evaluator): gauge("dreamer_evaluation_return", evaluator.mean)
        case .process(let process):
            gauge("process_resident_memory_bytes", Double(process.residentBytes))
            count("process_cpu_seconds_total", to: process.processorSeconds, &state)
            gauge("process_threads", Double(process.threads))
            gauge("process_open_fds", Double(process.descriptors))
        // The one is of the task and does not change, the other is to be looked at.
        case .budget, .picture: break
        case .heldOut(let heldOut):
            for (metric, value) in heldOut.losses.all {
                gauge("dreamer_held_out_metric", Double(value), [("metric", metric.key)])
            }
        }
    }

    private func take(_ start: StartMeasurement) {
        gauge("dreamer_run_info", 1, [("environment", start.environment), ("agent", start.agent)])
        gauge("dreamer_target_agent_steps", Double(start.targetSteps))
    }

    private func take(_ progress: ProgressMeasurement, _ state: inout State) {
        let training = progress.training
        count("dreamer_agent_steps_total", to: Double(training.agentSteps), &state)
        count("dreamer_training_steps_total", to: Double(training.trainSteps), &state)
        count("dreamer_skipped_training_steps_total", to: Double(training.skippedSteps ?? 0), &state)
        count("dreamer_replayed_steps_total", to: Double(training.replayedSteps), &state)
        gauge("dreamer_policy_version", Double(training.policyVersion))
        gauge("dreamer_seconds_left", progress.pace.secondsLeft ?? .nan)
        gauge("dreamer_waiting", progress.pace.waiting == nil ? 0 : 1)
        // Progress is the last of the samples of one moment.
        let fleet = state.actors.summary
        gauge("dreamer_actors_connected", Double(fleet.connected))
        gauge("dreamer_actors_steps_per_second", fleet.stepsPerSecond)
        gauge("dreamer_actors_staleness_versions", fleet.staleness ?? .nan)
        gauge("dreamer_actors_latency_seconds", fleet.latency ?? .nan)
        count("dreamer_actor_failures_total", to: fleet.failures, &state)
        count("dreamer_actor_restarts_total", to: fleet.restarts, &state)
    }

    private func take(_ training: TrainingMeasurement) {
        for (metric, value) in training.metrics.all {
            gauge("dreamer_training_metric", Double(value), [("metric", metric.key)])
        }
        for (part, seconds) in training.times.all {
            gauge("dreamer_training_step_seconds", seconds, [("part", part.name)])
        }
    }

    private func take(_ replay: ReplayMeasurement, _ state: inout State) {
        gauge("dreamer_replay_steps", Double(replay.storedSteps))
        gauge("dreamer_replay_trajectories", Double(replay.trajectories))
        gauge("dreamer_replay_bytes", Double(replay.bytes))
        gauge("dreamer_replay_damaged_trajectories", replay.damagedTrajectories.map(Double.init))
        gauge("dreamer_replay_ratio", replay.replayRatio)
        gauge("dreamer_replay_ratio_configured", replay.replayRatioConfigured)
        for (side, seconds) in [("sampler", replay.samplerWaitedSeconds), ("actors", replay.actorsWaitedSeconds)] {
            guard let seconds else { continue }
            count("dreamer_limiter_wait_seconds_total", to: seconds, &state, [("side", side)])
        }
    }

    // MARK: Metrics

    /// Where there is no number there is no series.
    private func gauge(_ name: String, _ value: Double?, _ labels: [(String, String)] = []) {
        guard let value else { return }
        Gauge(label: name, dimensions: labels, factory: registry).record(value)
    }

    /// Brings a counter to what was counted elsewhere, which may have begun again.
    private func count(_ name: String, to value: Double, _ state: inout State, _ labels: [(String, String)] = []) {
        let counter = FloatingPointCounter(label: name, dimensions: labels, factory: registry)
        let key = labels.reduce(name) { $0 + " " + $1.1 }
        // An increment of nothing makes the series.
        counter.increment(by: max(0, value - state.counted[key, default: 0]))
        state.counted[key] = max(value, state.counted[key, default: 0])
    }
}
