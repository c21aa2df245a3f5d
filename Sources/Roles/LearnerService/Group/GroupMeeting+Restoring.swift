import Agents
import Collective
import Diagnostics
import Foundation
import Logging
import Numbers
import Replay
import Runs
import Settings
import Tensors
import WorldModels

/// How the ranks of a group begin alike, and say where each stands.
extension GroupMeeting {
    /// What `Trainer.restore` does for one learner. The first rank reads the checkpoint and sends all of it to the others.
    func restore(
        _ agent: Agent, _ replay: ReplayBuffer, _ configuration: Configuration, from directory: RunDirectory,
        logger: Logger
    ) throws -> Checkpoint.State {
        let mine =
            rank == 0
            ? try Trainer.restore(agent, replay, configuration, from: directory, logger: logger, followsRounds: false)
            : nil
        let first = try processes.all(mine.map(encoded) ?? [])[0]
        send(agent)
        if let mine { return mine }
        var shared = try JSONDecoder().decode(Checkpoint.State.self, from: Data(first))
        agent.returnRange = shared.returnRange
        for (group, steps) in shared.optimizerSteps {
            agent.store.optimizerSteps[ParameterGroup(rawValue: group)] = steps
        }
        let position = try restored(from: shared, replay, seed: configuration.run.seed, logger: logger)
        (shared.noise, shared.replay, shared.sampler) = (position.noise, position.replay, position.sampler)
        return shared
    }

    /// Parameters and moments as the first rank has them.
    private func send(_ agent: Agent) {
        processes.add(only: (0..<processes.count).map { $0 == 0 })
        for row in agent.rows { group.average(row) }
        processes.add(only: Array(repeating: true, count: processes.count))
    }

    /// Where this rank goes on: where it was, or at the beginning.
    private func restored(
        from state: Checkpoint.State, _ replay: ReplayBuffer, seed: UInt64, logger: Logger
    ) throws -> RankPosition {
        if let known = state.otherRanks, rank <= known.count {
            for notice in try replay.restore(known[rank - 1].replay) { logger.warning("\(notice)") }
            return known[rank - 1]
        }
        if state.trainSteps > 0 {
            logger.notice("rank \(rank) is new: it begins with its own replay, and no position in it")
        }
        return RankPosition(
            noise: RandomStream(seed: seed, purpose: group.place.purpose("training noise")),
            replay: replay.checkpointState(),
            sampler: SamplerState(seed: SplitMix64.seed(seed, part: rank)))
    }

    /// Where all ranks stand.
    /// - Throws: where their parameters differ, of which there must be no checkpoint.
    func positions(_ mine: RankPosition, checksum: UInt32, after step: Int) throws -> [RankPosition] {
        try requireSame(processes.all(Int(checksum)), after: step)
        return try processes.all(encoded(mine)).map { try JSONDecoder().decode(RankPosition.self, from: Data($0)) }
    }

    private func encoded(_ value: some Encodable) throws -> [UInt8] { Array(try JSONEncoder().encode(value)) }
}

extension Checkpoint.State {
    /// What the replays of ranks from `first` on have come to.
    func counts(ofRanksFrom first: Int) -> RateLimit.Counts {
        (otherRanks ?? []).dropFirst(first - 1).reduce(RateLimit.Counts()) { $0 + $1.countsOfTheAbsent }
    }
}
