import Experience

/// A built-in task, frame by frame: only its rules and its picture. `GameEnvironment` adds action repeat, time limit
/// and flags.
package protocol Game {
    var image: ImageShape { get }
    var actionSpace: ActionSpace { get }

    /// Starts an episode.
    mutating func reset()
    /// Plays `action` for one frame.
    mutating func advance(_ action: Action) -> Outcome
    /// The picture of the current frame [height, width, channels].
    func draw() -> [UInt8]

    /// How many numbers say how the game stands; 0 where only the picture does.
    var vectorCount: Int { get }
    /// Those numbers [vectorCount].
    var vector: [Float] { get }
}

extension Game {
    package var vectorCount: Int { 0 }
    package var vector: [Float] { [] }
}

/// A game whose picture is something that stands before a background, which may be another one.
package protocol Scene: Game {
    /// Draws what matters to the game over a background [height, width, channels].
    func paint(on pixels: inout [UInt8])
}

/// What one frame of a game brings.
package struct Outcome: Equatable {
    package var reward: Float
    /// The task is over.
    package var terminal: Bool

    package init(reward: Float, terminal: Bool) {
        self.reward = reward
        self.terminal = terminal
    }
}
