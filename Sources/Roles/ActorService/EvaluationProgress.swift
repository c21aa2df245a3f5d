import Experience

/// How far an evaluation is.
public struct EvaluationProgress: Sendable, Equatable, CustomStringConvertible {
    /// Episodes that have ended.
    public private(set) var episodes = 0
    public let wanted: Int
    /// Agent steps, also of episodes that have not ended.
    public private(set) var steps = 0

    init(wanted: Int) {
        self.wanted = wanted
    }

    /// Adds what all environments have just done: a step, or the start of an episode.
    mutating func add(_ players: [Players.Step], finished: Int) {
        episodes = finished
        steps += players.count { !$0.observation.flags.contains(.first) }
    }

    public var description: String { "\(episodes) of \(wanted) episodes, \(steps) steps" }
}
