import Replay

/// How one rank of a group stands before a step, as it tells all others: plain bits.
struct GroupStanding: BitwiseCopyable {
    /// Agent steps of its own replay, and those of it that were replayed.
    var inserted = 0
    var deleted = 0
    var sampled = 0
    /// Whether it holds its share of a batch: 1 or 0, as are all that follow but those with a unit.
    var isReady = 0
    /// Milliseconds since the group could have trained and this rank had nothing to train on.
    var missing = 0
    var wantsStop = 0
    var wantsSave = 0
    /// Actors that are connected.
    var actors = 0
    /// Of the parameters, at each step at which it is compared.
    var checksum = 0

    var counts: RateLimit.Counts {
        var counts = RateLimit.Counts()
        (counts.inserted, counts.deleted, counts.sampled) = (inserted, deleted, sampled)
        return counts
    }
}
