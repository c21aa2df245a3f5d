import AgentChoice
import Agents
import Diagnostics
import Experience
import Foundation
import Logging
import Replay
import Runs
import Settings
import Synchronization
import Telemetry
import Tensors
import Wire
import WorldModels

/// The training thread's work: batches from the replay, training steps, weights for the actors, checkpoints.
///
/// Safe to share although it holds an agent: `run` uses everything on one thread, `stop` only sets a flag.
final class Trainer: @unchecked Sendable {
    private let configuration: Configuration
    private let directory: RunDirectory
    private let agent: Agent
    private let replay: ReplayBuffer
    private let sampler: BatchSampler
    private let metrics: MetricsLog
    private let logger: Logger
    private let status: TrainerStatus
    private let publish: @Sendable (PolicyWeights) -> Void
    private let stopping = Atomic(false)
    private var state: Checkpoint.State
    private var losses = LossAverages()
    private var badSteps: BadSteps
    /// Versions between the newest policy and the ones that chose the replayed steps, since the last line of metrics.
    private var staleness = RunningStatistics()
    private var loggedAt = ContinuousClock.now
    private var loggedSteps = 0
    private var savedAt = ContinuousClock.now
    private var isSaveFailing = false

    /// Restores the newest checkpoint of `directory`, or draws new parameters.
    init(
        configuration: Configuration, directory: RunDirectory, replay: ReplayBuffer, metrics: MetricsLog,
        status: TrainerStatus, logger: Logger, publish: @escaping @Sendable (PolicyWeights) -> Void
    ) throws {
        self.configuration = configuration
        self.directory = directory
        self.replay = replay
        self.metrics = metrics
        self.logger = logger
        self.status = status
        self.publish = publish
        badSteps = BadSteps(
            directory: directory.badBatches, limit: configuration.learner.maxBadSteps, logger: logger)
        let threads = configuration.learner.threads
        agent = Agent(
            configuration.agent, threads: threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount)
        if let restored = try Checkpoint.restore(agent, from: directory.checkpoints) {
            state = restored
            for change in replay.restore(restored.replay) { logger.warning("changed since the checkpoint: \(change)") }
        } else {
            agent.initialize(seed: configuration.run.seed)
            state = Checkpoint.State(
                returnRange: agent.returnRange,
                noise: RandomStream(seed: configuration.run.seed, purpose: "training noise"),
                replay: replay.checkpointState(), sampler: SamplerState(seed: configuration.run.seed))
        }
        sampler = replay.makeTrainingSampler(state: state.sampler)
        status.update { [state] in
            $0.trainSteps = state.trainSteps
            $0.skippedSteps = state.skippedSteps ?? 0
            $0.policyVersion = state.policyVersion
        }
        loggedSteps = state.trainSteps
    }

    /// Training steps of the whole run: every step after the prefill is replayed as often as the ratio says.
    /// - Parameter inserted: agent steps that are there already; they may be a few more than the run asks for.
    static func targetSteps(_ c: Configuration, inserted: Int) -> Int {
        let steps = max(0, max(c.wantedSteps, inserted) - c.replay.prefillSteps)
        return c.wantedSteps <= c.replay.prefillSteps
            ? 0 : Int(Double(steps) * c.replay.replayRatio / Double(c.agent.batch * c.agent.length))
    }

    /// Lets `run` return after the step it is in.
    func stop() {
        stopping.store(true, ordering: .relaxed)
        replay.limiter.close()
        sampler.cancel()
    }

    /// Trains until the run is complete or `stop` is called, then writes a checkpoint.
    /// - Returns: whether the run is complete.
    func run() throws -> Bool {
        if state.trainSteps > 0 { publishWeights() }
        if configuration.run.lockstep { try trainInRounds() } else { try trainFreely() }
        logLosses()
        try save()
        return isComplete
    }

    /// Trains whenever the limiter allows, while actors play.
    private func trainFreely() throws {
        while mayGoOn, let batch = try waitForBatch() {
            // Actors play at random until there is enough experience for a first batch.
            if state.policyVersion == 0 { publishWeights() }
            try train(on: batch)
            if state.trainSteps % configuration.learner.publishEvery == 0 { publishWeights() }
            saveWhenDue()
        }
    }

    /// Trains when a round is stored, as much as the limiter allows, while the actor waits for the weights that come out.
    private func trainInRounds() throws {
        let limiter = replay.limiter
        var wanted = configuration.prefillRounds * configuration.roundSteps
        while mayGoOn, try unlessStopped({ () throws(ReplayError) in try limiter.waitUntilInserted(wanted) }) != nil {
            // Before this round's training: a round that begins meanwhile, of an actor that was started again, is the next.
            wanted = limiter.limit.counts.inserted + configuration.roundSteps
            while mayGoOn, limiter.limit.canSample(sampler.shape.steps), let batch = try waitForBatch() {
                try train(on: batch)
                saveWhenDue()
            }
            // After the last round nobody plays any more.
            if mayGoOn { publishWeights() }
        }
    }

    private var mayGoOn: Bool { !isComplete && !stopping.load(ordering: .relaxed) }

    /// Whether the run has its agent steps, and each of them was replayed as often as the ratio says: also those that were
    /// under way when the last one came in.
    private var isComplete: Bool {
        let inserted = replay.statistics.counts.inserted
        let target = Self.targetSteps(configuration, inserted: inserted)
        return state.trainSteps >= target && (target == 0 || inserted >= configuration.wantedSteps)
    }

    /// Waits for a batch; nil where the run stops meanwhile.
    private func waitForBatch() throws -> SequenceBatch? {
        try unlessStopped { () throws(ReplayError) in try sampler.next() }
    }

    /// What `wait` waits for; nil where the run stops meanwhile.
    private func unlessStopped<Result>(_ wait: () throws(ReplayError) -> Result) throws -> Result? {
        do throws(ReplayError) {
            return try wait()
        } catch {
            if error.code == .closed, stopping.load(ordering: .relaxed) { return nil }
            throw error
        }
    }

    private func train(on batch: SequenceBatch) throws {
        let input = agent.makeBatch(batch.shape.sequences, batch.shape.length)
        input.copy(from: batch)
        if batch.versions.newest > 0 { staleness.add(batch.versions.staleness(current: state.policyVersion)) }
        sampler.recycle(batch)
        let noise = agent.makeNoise(rows: input.rows)
        noise.fill(&state.noise, discrete: configuration.agent.discrete)
        let result = agent.train(input, noise: noise)
        // A step that is left out has used its batch up, too: the replay counts it.
        state.trainSteps += 1
        if let bad = result.firstNotFinite {
            state.skippedSteps = (state.skippedSteps ?? 0) + 1
            try badSteps.record(bad, step: state.trainSteps) { agent.archive(input, noise) }
        } else {
            badSteps.end()
            losses.add(result.named)
        }
        status.update { [state] status in
            status.trainSteps = state.trainSteps
            status.skippedSteps = state.skippedSteps ?? 0
            status.trainRate.add()
        }
        if ContinuousClock.now - loggedAt >= .seconds(configuration.learner.logEvery) { logLosses() }
    }

    private func publishWeights() {
        state.policyVersion += 1
        publish(PolicyWeights(of: agent, version: state.policyVersion))
        status.update { [state] in $0.policyVersion = state.policyVersion }
    }

    private func logLosses() {
        loggedAt = .now
        guard state.trainSteps > loggedSteps else { return }
        loggedSteps = state.trainSteps
        let means = losses.take()
        status.update { status in
            guard !means.isEmpty else { return }
            status.losses = means.filter { $0.name.hasPrefix("loss.") }.map {
                ProgressSnapshot.Loss(String($0.name.dropFirst("loss.".count)), $0.value)
            }
        }
        var fields: [String: MetricValue] = [
            "train_steps": .integer(state.trainSteps), "skipped_steps": .integer(state.skippedSteps ?? 0),
            "policy_version": .integer(Int(state.policyVersion)),
            "agent_steps": .integer(replay.statistics.counts.inserted),
            "replayed_steps": .integer(replay.statistics.counts.sampled),
            "train_steps_per_second": .number(status.snapshot.trainRate.rate()),
        ]
        fields["replayed_staleness"] = staleness.count > 0 ? .number(staleness.mean) : .null
        staleness = RunningStatistics()
        for mean in means { fields[mean.name] = .number(mean.value) }
        metrics.append(kind: "train", fields)
    }

    /// A checkpoint that cannot be written does not end the run: the one before is still there, and the next is due soon.
    private func saveWhenDue() {
        guard ContinuousClock.now - savedAt >= .seconds(configuration.learner.checkpointSeconds) else { return }
        do {
            try save()
            if isSaveFailing { logger.notice("checkpoints are written again") }
            isSaveFailing = false
        } catch {
            if !isSaveFailing { logger.error("no checkpoint can be written: \(error); training goes on, trying again") }
            isSaveFailing = true
        }
    }

    private func save() throws {
        savedAt = .now
        state.replay = replay.checkpointState()
        state.sampler = sampler.state
        state.agentSteps = replay.statistics.counts.inserted
        try Checkpoint.save(agent, state, in: directory.checkpoints)
    }
}

extension SequenceBatchInput {
    /// Copies what was sampled; both are time-major.
    fileprivate func copy(from batch: SequenceBatch) {
        images.copy(from: batch.images)
        actions.copy(from: batch.actions)
        rewards.copy(from: batch.rewards)
        first.copy(from: batch.isFirst)
        terminal.copy(from: batch.isTerminal)
    }
}
