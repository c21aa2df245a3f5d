/// Which checkpoints stay when another has been written: the last few, and of those before one in each so many training steps.
struct CheckpointRetention: Equatable {
    /// The newest that are kept; the one before the newest is needed where that is damaged.
    var newest: Int
    /// Training steps of which one checkpoint stays for good, the first; nil for none.
    var interval: Int?

    /// - Parameter steps: of all checkpoints, rising.
    /// - Returns: those that are to go.
    func superfluous(_ steps: [Int]) -> [Int] {
        var last: Int?
        let kept = Set(
            steps.filter { step in
                guard let interval else { return false }
                defer { last = step / interval }
                return step > 0 && last != step / interval
            })
        return steps.dropLast(newest).filter { !kept.contains($0) }
    }
}
