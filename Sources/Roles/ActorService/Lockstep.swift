/// Counts rounds to know when to wait for the learner.
struct Lockstep {
    /// Rounds at the start of a run that are played at random: the learner makes no weights of them.
    let prefillRounds: Int
    /// Rounds that are over.
    private(set) var rounds: Int

    init(prefillRounds: Int, rounds: Int = 0) {
        self.prefillRounds = prefillRounds
        self.rounds = rounds
    }

    /// A round is over.
    /// - Parameter hasWeights: whether weights have been loaded before; then the learner is past its prefill.
    /// - Returns: whether the next round needs the weights that the learner makes of this one.
    mutating func waits(hasWeights: Bool) -> Bool {
        rounds += 1
        return hasWeights || rounds >= prefillRounds
    }
}
