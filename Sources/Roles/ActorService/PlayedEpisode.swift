import Experience

/// The number of an episode and what was done in it: with its seed, all that it takes to play it again.
struct PlayedEpisode: Codable, Sendable, Equatable {
    /// Of its environment, from 1; 0 before the first.
    let number: Int
    /// Steps.
    private(set) var count = 0
    /// Where choices are made, the places of the ones in all action vectors, one after the other; else the bit patterns of all
    /// numbers.
    private var values: [UInt32] = []

    init(number: Int = 0) {
        self.number = number
    }

    mutating func append(_ action: Action, in space: ActionSpace) {
        count += 1
        if space.choices == nil {
            values += action.vector.map(\.bitPattern)
        } else {
            values += action.vector.indices.filter { action.vector[$0] == 1 }.map(UInt32.init)
        }
    }

    /// What was done, step by step.
    func actions(in space: ActionSpace) -> [Action] {
        let width = space.choices?.count ?? space.count
        guard values.count == count * width else { return [] }
        return (0..<count).map { step in
            let own = values[step * width..<(step + 1) * width]
            guard space.choices != nil else { return Action(own.map { Float(bitPattern: $0) }) }
            var vector = [Float](repeating: 0, count: space.count)
            for place in own where place < vector.count { vector[Int(place)] = 1 }
            return Action(vector)
        }
    }
}
