import Agents
import Collective
import Diagnostics
import Foundation
import Logging
import Networks
import Replay
import Tensors

/// Where the ranks of a group agree on what they do next, and what each keeps of it.
///
/// It belongs to the training thread.
final class GroupMeeting {
    let group: TrainingGroup
    private let logger: Logger
    /// Told what the other ranks' replays have counted.
    private let elsewhere: (RateLimit.Counts) -> Void
    /// How many actors are connected here.
    private let actors: () -> Int
    /// Counts of ranks that are not here any more.
    var absent = RateLimit.Counts()
    /// Since when this rank has had nothing to train on though the group could train.
    private var missingSince: ContinuousClock.Instant?
    private var starvation = Starvation()
    /// Why training will never go on, once that is certain.
    private(set) var hopelessness: UserError?
    private var wait = LongWait()
    /// Who had no share in the last step.
    private var leftOut: [Int] = []
    /// Nil where nobody takes turns.
    var rounds: Rounds?
    /// The step after which the ranks have met last.
    private var lastStep = -1

    init(
        _ group: TrainingGroup, logger: Logger, elsewhere: @escaping (RateLimit.Counts) -> Void,
        actors: @escaping () -> Int
    ) {
        self.group = group
        self.logger = logger
        self.elsewhere = elsewhere
        self.actors = actors
    }

    var processes: ProcessGroup { group.processes }
    var rank: Int { processes.rank }

    // MARK: Before each step

    /// Whether the ranks have not met yet after so many steps.
    func isFirst(after step: Int) -> Bool { step != lastStep }

    /// Tells the others how this rank stands, and hears what is next.
    /// - Parameter standing: without what is known here.
    /// - Throws: where parameters differ.
    func agree(
        _ standing: GroupStanding, on rules: GroupVerdict.Rules, after step: Int
    ) throws(UserError) -> GroupVerdict {
        var mine = standing
        mine.missing = missing(isReady: standing.isReady != 0, limit: rules.limit)
        mine.actors = actors()
        let all = processes.all(mine)
        lastStep = step
        try requireSame(all.map(\.checksum), after: step)
        let others = all.enumerated().reduce(absent) { $1.offset == rank ? $0 : $0 + $1.element.counts }
        elsewhere(others)
        let verdict = GroupVerdict(all, rules)
        note(verdict, all, rules)
        return verdict
    }

    /// Milliseconds for which the group could have trained with this rank.
    private func missing(isReady: Bool, limit: RateLimit) -> Int {
        guard !isReady, limit.counts.size >= limit.minimumSteps else {
            missingSince = nil
            return 0
        }
        let since = missingSince ?? .now
        missingSince = since
        return Int((ContinuousClock.now - since) / .milliseconds(1))
    }

    /// - Parameter checksums: of the parameters, by rank.
    func requireSame(_ checksums: [Int], after step: Int) throws(UserError) {
        let different = checksums.indices.filter { checksums[$0] != checksums[0] }
        guard !different.isEmpty else { return }
        throw UserError(
            "after training step \(step) rank \(Self.list(different)) has other parameters than "
                + "rank 0: all ranks need the same release and the same kind of processor; start the group again, which goes "
                + "back to the last checkpoint, and look at those machines if it comes again", exitCode: 9)
    }

    private static func list(_ ranks: [Int]) -> String { ranks.map(String.init).joined(separator: ", ") }

    private func note(_ verdict: GroupVerdict, _ all: [GroupStanding], _ rules: GroupVerdict.Rules) {
        switch verdict.next {
        case .train(let sharing):
            group.processes.add(only: sharing)
            tellLeftOut(sharing.indices.filter { !sharing[$0] }, rules.patience)
            wait = LongWait()
            starvation = Starvation()
        case .wait: noteWait(all, rules)
        case .endRound, .end: break
        }
    }

    private func tellLeftOut(_ ranks: [Int], _ patience: Duration) {
        defer { leftOut = ranks }
        guard ranks != leftOut, rank == 0 else { return }
        if ranks.isEmpty {
            logger.notice("all ranks train again")
        } else {
            logger.warning(
                "rank \(Self.list(ranks)) has had nothing to train on for \(patience): the others go on without; give it actors"
            )
        }
    }

    private func noteWait(_ all: [GroupStanding], _ rules: GroupVerdict.Rules) {
        var limit = rules.limit
        limit.restore(all.reduce(absent) { $0 + $1.counts }, hasSequence: all.contains { $0.isReady != 0 })
        if let seconds = wait.report(), rank == 0 {
            logger.warning("training has waited for \(seconds) s for actors: \(limit.whatTrainingWaitsFor)")
        }
        let view = Starvation.View(
            limit: limit, isTrainingWaiting: true, isComplete: limit.counts.inserted >= rules.wantedSteps,
            lost: absent.deleted, actors: all.reduce(0) { $0 + $1.actors })
        hopelessness = starvation.look(at: view)
    }
}
