/// Where the actor of a run in lockstep stands between two rounds.
struct RoundState: Codable, Sendable {
    /// Rounds before this one.
    var rounds: Int
    /// Version of the policy that has played it; 0 where it was played at random.
    var policyVersion: UInt64
    /// Position of each environment's next step in its stream.
    var firstStep: UInt64
    var players: Players.State
}
