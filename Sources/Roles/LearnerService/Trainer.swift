import AgentChoice
import Agents
import Collective
import Diagnostics
import Experience
import Foundation
import Inspection
import Logging
import Measurements
import Replay
import Runs
import Settings
import Tensors
import Wire
import WorldModels

/// The training thread's work: batches from the replay, training steps, weights for the actors, checkpoints.
///
/// It belongs to one thread; others have `stop`.
final class Trainer {
    /// Lets `run` return after the step it is in.
    let stop: TrainingStop
    let configuration: Configuration
    let directory: RunDirectory
    let agent: Agent
    let replay: ReplayBuffer
    let sampler: BatchSampler
    /// Where it meets the other learners of its agent; nil where there are none.
    let meeting: GroupMeeting?
    /// With the training steps behind them.
    private let publish: (PolicyWeights, Int) -> Void
    /// What each step leaves to the next, beside the agent.
    var carry: Checkpoint.State
    var log: TrainingLog
    private var badSteps: BadSteps
    var checkpoints: CheckpointSchedule
    private var pictures: TrainingPictures?
    private var heldOut: HeldOutEpisodes?
    let retention: CheckpointRetention

    /// Restores the newest checkpoint of `directory`, or draws new parameters. In a group that is what the first rank does, and
    /// the others are sent what comes of it.
    /// - Parameter pictureRest: see `TrainingPictures`.
    init(
        configuration: Configuration, directory: RunDirectory, replay: ReplayBuffer, meeting: GroupMeeting? = nil,
        measurements: MeasurementHub, status: TrainerStatus, logger: Logger,
        pictureRest: Int = TrainingPictures.rest,
        publish: @escaping @Sendable (PolicyWeights, Int) -> Void
    ) throws {
        let c = configuration.learner
        self.configuration = configuration
        self.directory = directory
        self.replay = replay
        self.meeting = meeting
        self.publish = publish
        agent = Agent(
            configuration.agent, threads: c.computeThreads, precision: c.precision)
        meeting?.group.precision = c.exchangePrecision
        agent.tape.group = meeting?.group
        if let meeting {
            carry = try meeting.restore(agent, replay, configuration, from: directory, logger: logger)
            sampler = replay.makeShareSampler(state: carry.sampler)
        } else {
            carry = try Self.restore(agent, replay, configuration, from: directory, logger: logger)
            sampler = replay.makeTrainingSampler(state: carry.sampler)
        }
        carry.configuration = configuration.storedYAML()
        stop = TrainingStop(limiter: replay.limiter, sampler: sampler)
        log = TrainingLog(carry, every: c.logEvery, measurements: measurements, status: status)
        badSteps = BadSteps(directory: directory.badBatches, limit: c.maxBadSteps, logger: logger)
        retention = CheckpointRetention(newest: c.keepCheckpoints, interval: c.keepEverySteps)
        checkpoints = CheckpointSchedule(seconds: c.checkpointSeconds, logger: logger)
        // One of a group is enough.
        if meeting.map({ $0.rank == 0 }) ?? true {
            pictures = TrainingPictures(
                configuration, directory: directory, replay: replay, measurements: measurements, logger: logger,
                rest: pictureRest)
        }
        // Alone only: where normalisation goes over a whole batch, the others of a group would have to look as well.
        if meeting == nil {
            heldOut = try HeldOutEpisodes(
                configuration, directory: directory, measurements: measurements, logger: logger)
        }
    }

    /// Agent steps of ranks that were in the group once and are not now.
    var absent: RateLimit.Counts { carry.counts(ofRanksFrom: meeting?.processes.count ?? 1) }

    static func restore(
        _ agent: Agent, _ replay: ReplayBuffer, _ configuration: Configuration, from directory: RunDirectory,
        logger: Logger, followsRounds: Bool = true
    ) throws -> Checkpoint.State {
        // Before parameters are looked at: a wrong shape would say less.
        if let stored = try Checkpoint.configuration(in: directory.checkpoints) {
            try configuration.requireSameRun(as: stored.configuration, in: directory.url.path)
        }
        let seed = configuration.run.seed
        let found = try Checkpoint.restore(agent, from: directory.checkpoints, logger: logger)
        let isSame =
            try followsRounds && configuration.run.lockstep
            && resumesRounds(found, replay, configuration, directory, logger)
        if var restored = found {
            if !isSame { restored.round = nil }
            for notice in try replay.restore(restored.replay) { logger.warning("\(notice)") }
            return restored
        }
        agent.initialize(seed: seed)
        return Checkpoint.State(
            returnRange: agent.returnRange, noise: RandomStream(seed: seed, purpose: "training noise"),
            replay: replay.checkpointState(), sampler: SamplerState(seed: seed))
    }

    /// - Returns: whether a run in lockstep goes on as if it had not stopped.
    private static func resumesRounds(
        _ checkpoint: Checkpoint.State?, _ replay: ReplayBuffer, _ configuration: Configuration,
        _ directory: RunDirectory, _ logger: Logger
    ) throws(ReplayError) -> Bool {
        try RoundResumption(
            replay: replay, states: directory.roundStates, logger: logger, roundSteps: configuration.roundSteps,
            prefillSteps: configuration.prefillRounds * configuration.roundSteps,
            environments: configuration.actors.environmentsPerActor, servesFreshFirst: configuration.replay.online
        ).resume(checkpoint)
    }

    /// Trains until the run is complete or `stop` is asked, then writes a checkpoint.
    /// - Returns: whether the run is complete.
    func run() throws -> Bool {
        let isComplete = try meeting.map(runInGroup) ?? runAlone()
        // Whoever is to stop has no time for a last look.
        pictures?.finish(with: isComplete ? agent : nil, steps)
        if isComplete { heldOut?.finish(with: agent, steps) }
        return isComplete
    }

    private func runAlone() throws -> Bool {
        if carry.trainSteps > 0, carry.round == nil { publishWeights() }
        var isDone: Bool
        repeat {
            if configuration.run.lockstep { try trainInRounds() } else { try trainFreely() }
            log.publish(replay.statistics)
            try save()
            // What was under way may have come in meanwhile: then there is more to train, and nobody has stopped the run.
            isDone = isComplete
        } while !isDone && !stop.wasAsked
        return isDone
    }

    // MARK: When to train

    /// Trains whenever the limiter allows, while actors play.
    private func trainFreely() throws {
        carry.round = nil
        while mayGoOn, let batch = try waitForBatch() {
            // Actors play at random until there is enough experience for a first batch.
            if carry.policyVersion == 0 { publishWeights() }
            try train(on: batch)
            if carry.trainSteps % configuration.learner.publishEvery == 0 { publishWeights() }
            checkpoints.saveWhenDue(orAsked: stop.takeSaveRequest(), save)
        }
    }

    /// Trains when a round is stored, as much as the limiter allows, while the actor waits for the weights that come out.
    private func trainInRounds() throws {
        let limiter = replay.limiter
        var wanted = carry.round?.insertedSteps ?? configuration.prefillRounds * configuration.roundSteps
        if let round = carry.round, round.stage == .published {
            wanted = round.insertedSteps + configuration.roundSteps
            beginRound(through: wanted)
        }
        while mayGoOn, try stop.unlessAsked({ () throws(ReplayError) in try limiter.waitUntilInserted(wanted) }) != nil
        {
            // Before this round's training: a round that begins meanwhile, of an actor that was started again, is the next.
            wanted = limiter.limit.counts.inserted + configuration.roundSteps
            carry.round = finishedRound
            while mayGoOn, limiter.limit.canSample(sampler.shape.steps), let batch = try waitForBatch() {
                try train(on: batch)
                checkpoints.saveWhenDue(orAsked: stop.takeSaveRequest(), save)
            }
            // After the last round nobody plays any more.
            guard mayGoOn else { continue }
            carry.round?.stage = .trained
            if isCheckpointNeeded { checkpoints.saveWhenDue(orAsked: true, save) }
            carry.policyVersion += 1
            carry.round?.stage = .published
            beginRound(through: wanted)
        }
    }

    /// What is played with weights that no checkpoint leads to could not be told from what leads to them; and what the next round
    /// drives out of the replay, training after an older checkpoint would miss.
    private var isCheckpointNeeded: Bool {
        carry.policyVersion == 0 || replay.isFull(for: configuration.roundSteps)
    }

    /// Publishes the weights that a round has led to. Of the next round, training has what was stored before this process began: the
    /// actor sends the rest when it has the weights.
    private func beginRound(through insertedSteps: Int) {
        replay.show(through: insertedSteps)
        publishAgain()
    }

    /// Where the run stands now that all of a round is stored.
    private var finishedRound: Checkpoint.Round {
        let counts = replay.limiter.limit.counts
        return Checkpoint.Round(insertedSteps: counts.inserted, storedSteps: counts.size)
    }

    private var mayGoOn: Bool { !isComplete && !stop.wasAsked }

    /// Whether the run has its agent steps, and each of them was replayed as often as the ratio says: also those that were
    /// under way when the last one came in.
    private var isComplete: Bool {
        let inserted = replay.statistics.counts.inserted
        return carry.trainSteps >= configuration.trainingSteps(inserted: inserted)
            && inserted >= configuration.wantedSteps
    }

    /// Waits for a batch; nil where the run stops meanwhile.
    private func waitForBatch() throws -> SequenceBatch? {
        try stop.unlessAsked { () throws(ReplayError) in try sampler.next() }
    }

    // MARK: A step

    /// The step reads the batch where the sampler has put it, which gets the memory back afterwards.
    func train(on batch: SequenceBatch) throws {
        log.add(replayed: batch.versions, newest: carry.policyVersion)
        try batch.withColumns { columns in try train(on: columns) }
        sampler.recycle(batch)
        noteStep()
    }

    func noteStep() {
        log.stepped(carry)
        log.publishWhenDue(replay.statistics)
        pictures?.takeWhenDue(of: agent, steps)
        heldOut?.lookWhenDue(with: agent, steps)
    }

    private func train(on columns: SequenceBatch.Columns) throws {
        agent.beginStep()
        let input = SequenceBatchInput(columns, configuration.agent)
        if carry.trainSteps == 0 { log.publish(agent.errorBudget(input)) }
        let noise = agent.makeNoise(rows: input.rows)
        noise.fill(&carry.noise, discrete: configuration.agent.discrete)
        try train(on: input, noise)
    }

    func train(on input: SequenceBatchInput, _ noise: StepNoise) throws {
        agent.tape.clock.reset()
        let result = agent.train(input, noise: noise)
        log.add(StepTimes(agent.tape.clock))
        // A step that is left out has used its batch up, too: the replay counts it.
        carry.trainSteps += 1
        if let bad = result.firstNotFinite {
            carry.skippedSteps = (carry.skippedSteps ?? 0) + 1
            try badSteps.record((bad.metric.key, bad.value), step: carry.trainSteps) { agent.archive(input, noise) }
        } else {
            badSteps.end()
            log.add(result)
        }
    }

    // MARK: What comes out

    func publishWeights() {
        carry.policyVersion += 1
        publishAgain()
    }

    /// Publishes the weights as the version that they are.
    private func publishAgain() {
        let precision = configuration.learner.weightsPrecision
        publish(PolicyWeights(of: agent, version: carry.policyVersion, precision: precision), carry.trainSteps)
        log.published(carry.policyVersion)
    }

    private var steps: (train: Int, agent: Int) { (carry.trainSteps, replay.statistics.counts.inserted) }

    private func save() throws {
        carry.replay = replay.checkpointState()
        carry.sampler = sampler.state
        carry.agentSteps = replay.statistics.counts.inserted
        // Of the round that comes, something may be here.
        if let round = carry.round { carry.replay.insertedSteps = round.insertedSteps }
        try Checkpoint.save(agent, carry, in: directory.checkpoints, keeping: retention)
    }
}

extension SequenceBatchInput {
    /// What was sampled, in the sampler's memory; both are time-major.
    init(_ columns: SequenceBatch.Columns, _ configuration: AgentConfiguration) {
        self.init(
            batch: columns.shape.sequences, length: columns.shape.length, configuration: configuration,
            images: columns.images, vectors: columns.vectors, actions: columns.actions, rewards: columns.rewards,
            first: columns.isFirst, terminal: columns.isTerminal)
    }
}
