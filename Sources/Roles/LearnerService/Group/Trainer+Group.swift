import AgentChoice
import Agents
import Collective
import Diagnostics
import Foundation
import Replay
import Runs
import Settings
import Tensors
import TrajectoryCodec
import WorldModels

/// Training as one of several learners, which do the same step at the same time.
extension Trainer {
    /// Training steps between two comparisons of the parameters.
    private static let stepsBetweenComparisons = 100

    /// Trains until all agree that the run is complete, or that somebody is asked to stop, then takes part in a checkpoint.
    func runInGroup(_ meeting: GroupMeeting) throws -> Bool {
        meeting.absent = absent
        meeting.rounds = rounds(meeting)
        if carry.trainSteps > 0 { publishWeights() }
        var share: SequenceBatch?
        while true {
            let mayTrain = meeting.rounds?.isStored(replay.limiter.ownCounts.inserted) ?? true
            if mayTrain { share = try share ?? drawShare() }
            let verdict = try agree(meeting, isReady: mayTrain && share != nil)
            switch verdict.next {
            case .train:
                try train(on: share, meeting)
                share = nil
            case .endRound:
                meeting.rounds?.end()
                publishWeights()
            case .wait:
                if let reason = meeting.hopelessness { stop.giveUp(reason) }
                pause()
            case .end(let isComplete):
                log.publish(replay.statistics)
                try save(meeting)
                return isComplete
            }
            if verdict.saves { saveAlong(meeting) }
        }
    }

    private func rounds(_ meeting: GroupMeeting) -> Rounds? {
        let share = configuration.share(of: meeting.processes.count)
        return share.run.lockstep ? Rounds(steps: share.roundSteps, prefill: share.prefillRounds) : nil
    }

    /// This rank's share of a batch; nil while there is nothing to draw it from.
    private func drawShare() throws -> SequenceBatch? {
        guard !stop.wasAsked, replay.limiter.limit.isFilled else { return nil }
        do throws(ReplayError) {
            return try stop.unlessAsked { () throws(ReplayError) in try sampler.next() }
        } catch {
            // Damage may have left too little.
            guard error.code == .empty else { throw error }
            return nil
        }
    }

    private func agree(_ meeting: GroupMeeting, isReady: Bool) throws -> GroupVerdict {
        let counts = replay.limiter.ownCounts
        var standing = GroupStanding()
        (standing.inserted, standing.deleted, standing.sampled) = (counts.inserted, counts.deleted, counts.sampled)
        standing.isReady = isReady ? 1 : 0
        standing.wantsStop = stop.wasAsked ? 1 : 0
        standing.wantsSave = stop.takeSaveRequest() || (meeting.rank == 0 && checkpoints.isDue) ? 1 : 0
        if carry.trainSteps % Self.stepsBetweenComparisons == 0, meeting.isFirst(after: carry.trainSteps) {
            standing.checksum = Int(checksum)
        }
        let configuration = configuration
        let rules = GroupVerdict.Rules(
            limit: replay.limiter.limit, absent: meeting.absent,
            patience: .seconds(configuration.learner.groupWaitSeconds), isLockstep: configuration.run.lockstep,
            wantedSteps: configuration.wantedSteps
        ) { configuration.isComplete(with: $0) }
        return try meeting.agree(standing, on: rules, after: carry.trainSteps)
    }

    /// Nobody can be woken by what another process has stored: all look again soon.
    private func pause() { Thread.sleep(forTimeInterval: 0.02) }

    // MARK: A step

    /// A step on this rank's share, or along with the others, on nothing.
    private func train(on share: SequenceBatch?, _ meeting: GroupMeeting) throws {
        let takesTurns = meeting.rounds != nil
        // Actors play at random until there is enough experience for a first batch.
        if carry.policyVersion == 0, !takesTurns { publishWeights() }
        if let share {
            replay.limiter.didSample(sampler.shape.steps)
            try train(on: share)
        } else {
            try trainAlong()
        }
        if !takesTurns, carry.trainSteps % configuration.learner.publishEvery == 0 { publishWeights() }
    }

    private func trainAlong() throws {
        let input = agent.makeBatch(sampler.shape.sequences, sampler.shape.length)
        input.clear()
        let noise = agent.makeNoise(rows: input.rows)
        // Of no stream that counts.
        var random = RandomStream(seed: 0)
        noise.fill(&random, discrete: configuration.agent.discrete)
        try train(on: input, noise)
        noteStep()
    }

    // MARK: Checkpoints

    /// Of everything that a training step changes.
    private var checksum: UInt32 {
        agent.rows.reduce(0) { checksum, row in
            row.withMutableBytes { CRC32C.checksum(of: UnsafeRawBufferPointer($0), continuing: checksum) }
        }
    }

    /// A checkpoint that the first rank cannot write does not end the run, see `CheckpointSchedule`.
    private func saveAlong(_ meeting: GroupMeeting) {
        checkpoints.saveWhenDue(orAsked: true) { try save(meeting) }
    }

    /// All ranks say where they stand, and the first one writes it.
    private func save(_ meeting: GroupMeeting) throws {
        carry.replay = replay.checkpointState()
        carry.sampler = sampler.state
        carry.agentSteps = replay.statistics.counts.inserted
        let mine = RankPosition(noise: carry.noise, replay: carry.replay, sampler: carry.sampler)
        let all = try meeting.positions(mine, checksum: checksum, after: carry.trainSteps)
        carry.otherRanks = Array(all.dropFirst()) + (carry.otherRanks ?? []).dropFirst(all.count - 1)
        if meeting.rank == 0 { try Checkpoint.save(agent, carry, in: directory.checkpoints, keeping: retention) }
    }
}

extension Configuration {
    /// Whether the run has its agent steps, and each was replayed as often as the ratio says: with ranks that had no share, in
    /// more steps than usual.
    fileprivate func isComplete(with counts: RateLimit.Counts) -> Bool {
        counts.inserted >= wantedSteps
            && counts.sampled >= trainingSteps(inserted: counts.inserted) * agent.batch * agent.length
    }
}

extension SequenceBatchInput {
    /// Nothing was seen and nothing done.
    fileprivate func clear() {
        for bytes in [images, first, terminal] {
            bytes?.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        }
        for tensor in [vectors, actions, rewards] { tensor?.fill(0) }
    }
}
