import Experience

/// A game as an environment.
package final class GameEnvironment<Rules: Game>: RepeatableEnvironment {
    private var game: Rules
    private let make: (_ seed: UInt64) -> Rules
    private let actionRepeat: Int
    private let timeLimit: Int?
    private let observe: Observed
    /// Frames played in this episode; nil between episodes.
    private var frames: Int?

    /// - Parameters:
    ///   - options: resolved: what is nil there does not exist.
    ///   - make: the game, with all its randomness from a seed.
    package init(seed: UInt64, options: EnvironmentOptions, make: @escaping (_ seed: UInt64) -> Rules) {
        self.make = make
        game = make(seed)
        actionRepeat = options.actionRepeat ?? 1
        timeLimit = options.timeLimit
        observe = options.observe ?? .image
    }

    package var image: ImageShape { observe.hasImage ? game.image : .none }
    package var vectorCount: Int { observe.hasVector ? game.vectorCount : 0 }
    package var actionSpace: ActionSpace { game.actionSpace }

    package func reset(seed: UInt64) -> Observation {
        game = make(seed)
        return reset()
    }

    package func reset() -> Observation {
        game.reset()
        frames = 0
        return observation(reward: 0, .first)
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
        return observation(reward: reward, flags)
    }

    private func observation(reward: Float, _ flags: StepFlags) -> Observation {
        Observation(
            image: observe.hasImage ? game.draw() : [], vector: observe.hasVector ? game.vector : [], reward: reward,
            flags: flags)
    }

    package func close() {
        frames = nil
    }
}
