import Experience

/// A game as an environment.
package final class GameEnvironment<Rules: Game>: Environment {
    private var game: Rules
    private let actionRepeat: Int
    private let timeLimit: Int?
    /// Frames played in this episode; nil between episodes.
    private var frames: Int?

    /// `options` are resolved: what is nil there does not exist.
    package init(_ game: Rules, options: EnvironmentOptions) {
        self.game = game
        actionRepeat = options.actionRepeat ?? 1
        timeLimit = options.timeLimit
    }

    package var image: ImageShape { game.image }
    package var actionSpace: ActionSpace { game.actionSpace }

    package func reset() -> Observation {
        game.reset()
        frames = 0
        return Observation(image: game.draw(), reward: 0, flags: .first)
    }

    package func step(_ action: Action) -> Observation {
        precondition(
            action.vector.count == actionSpace.count,
            "an action of \(action.vector.count) values does not fit a space of \(actionSpace.count)")
        guard var played = frames else { preconditionFailure("a step without an episode: call reset first") }
        var reward: Float = 0
        var flags: StepFlags = []
        for _ in 0..<actionRepeat {
            let outcome = game.advance(action)
            played += 1
            reward += outcome.reward
            if outcome.terminal { flags = [.last, .terminal] } else if played == timeLimit { flags = .last }
            if flags.contains(.last) { break }
        }
        frames = flags.contains(.last) ? nil : played
        return Observation(image: game.draw(), reward: reward, flags: flags)
    }

    package func close() {
        frames = nil
    }
}
