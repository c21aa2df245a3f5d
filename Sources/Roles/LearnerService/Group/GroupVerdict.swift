import Replay

/// What a group does next. Each rank computes it from the same standings, so that all come to the same.
struct GroupVerdict: Equatable {
    enum Next: Equatable {
        /// A step on the shares of these ranks.
        case train(sharing: [Bool])
        case wait
        /// In lockstep: all have trained as much as the ratio allows, and play the next round.
        case endRound
        case end(isComplete: Bool)
    }

    var next: Next
    /// Whether a checkpoint is written afterwards.
    var saves: Bool

    /// What a verdict goes by, beside the standings: the same at all ranks.
    struct Rules {
        /// Of the whole group; its counts are replaced.
        var limit: RateLimit
        /// Counts of ranks that are not here any more.
        var absent: RateLimit.Counts
        /// How long the others wait for a rank that has nothing to train on.
        var patience: Duration
        /// Whether all play and train in turns: then nobody is left out.
        var isLockstep: Bool
        /// Agent steps that the run wants.
        var wantedSteps: Int
        /// Whether it is complete with what all replays have come to.
        var isComplete: (RateLimit.Counts) -> Bool
    }

    init(_ standings: [GroupStanding], _ rules: Rules) {
        saves = standings.contains { $0.wantsSave != 0 }
        let counts = standings.reduce(rules.absent) { $0 + $1.counts }
        let sharing = standings.map { $0.isReady != 0 }
        var limit = rules.limit
        limit.restore(counts, hasSequence: sharing.contains(true))
        let isStopping = standings.contains { $0.wantsStop != 0 }
        if rules.isComplete(counts) {
            next = .end(isComplete: true)
        } else if isStopping {
            next = .end(isComplete: false)
        } else if rules.isLockstep, !sharing.allSatisfy({ $0 }) {
            next = .wait
        } else if limit.canSample(limit.sampleSteps), Self.isWorthAStep(standings, rules.patience) {
            next = .train(sharing: sharing)
        } else {
            next = rules.isLockstep ? .endRound : .wait
        }
    }

    /// Whether all are ready, but for those who have let the others wait for long enough.
    private static func isWorthAStep(_ standings: [GroupStanding], _ patience: Duration) -> Bool {
        standings.allSatisfy { $0.isReady != 0 || .milliseconds($0.missing) >= patience }
    }
}
