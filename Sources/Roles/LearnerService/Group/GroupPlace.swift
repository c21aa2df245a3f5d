/// A learner's place among those that train one agent.
package struct GroupPlace: Sendable, Equatable {
    package var rank: Int
    package var count: Int

    package static let alone = GroupPlace(rank: 0, count: 1)

    package init(rank: Int, count: Int) {
        self.rank = rank
        self.count = count
    }

    /// Where this rank's files lie, of a run in `directory`.
    package func directory(in directory: String) -> String { rank == 0 ? directory : "\(directory)/rank-\(rank)" }

    /// What a stream of random numbers is for: that of the first rank is a single learner's.
    func purpose(_ text: String) -> String { rank == 0 ? text : "\(text), rank \(rank)" }
}
