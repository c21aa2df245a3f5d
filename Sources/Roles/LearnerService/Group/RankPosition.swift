import Replay
import Tensors

/// Where a rank of a group stands, beside what is the same at all of them.
struct RankPosition: Codable {
    var noise: RandomStream
    var replay: ReplayState
    var sampler: SamplerState

    /// What its replay has come to, where the rank is missing: played and gone.
    var countsOfTheAbsent: RateLimit.Counts {
        var counts = RateLimit.Counts()
        counts.inserted = replay.insertedSteps
        counts.deleted = replay.insertedSteps
        counts.sampled = replay.sampledSteps
        return counts
    }
}
