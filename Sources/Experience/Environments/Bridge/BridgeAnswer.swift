import Experience

/// What the bridge says of an environment that it has made: comes as JSON.
struct BridgeAnswer: Decodable {
    /// Sizes of the groups of choices; nil where actions are numbers.
    let choices: [Int]?
    /// Numbers of an action, where there are no choices.
    let numbers: Int
    /// Whether it shows images.
    let image: Bool
    /// Numbers of an observation besides the image.
    let vector: Int
    /// Lines for people.
    let notes: [String]

    var actionSpace: ActionSpace {
        guard let choices else { return .continuous(numbers) }
        return choices.count == 1 ? .discrete(choices[0]) : .groups(choices)
    }
}
