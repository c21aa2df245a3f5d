/// When a rank in lockstep may train: once its own round is stored.
struct Rounds {
    /// Agent steps of a round of this rank's actor.
    private let steps: Int
    /// Agent steps that it waits for.
    private var awaited: Int
    /// Those of the next round, where this one is stored: one that begins meanwhile, of an actor that was started again, is the
    /// next.
    private var next: Int?

    /// - Parameters:
    ///   - steps: of a round.
    ///   - prefill: rounds at the start of a run, which are waited for together.
    init(steps: Int, prefill: Int) {
        self.steps = steps
        awaited = prefill * steps
    }

    /// - Returns: whether the round is stored, with so many agent steps in this rank's replay.
    mutating func isStored(_ inserted: Int) -> Bool {
        if next == nil, inserted >= awaited { next = inserted + steps }
        return next != nil
    }

    /// All have trained.
    mutating func end() {
        guard let next else { preconditionFailure("a round that is not stored has ended") }
        awaited = next
        self.next = nil
    }
}
