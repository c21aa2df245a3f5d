import Experience
import Numbers

/// The tasks that need nothing but this program, by their names.
enum BuiltInTask: String, CaseIterable {
    case `catch`
    case catchTextured = "catch/textured"
    case catchDistracted = "catch/distracted"
    case cartpoleBalance = "cartpole/balance"
    case cartpoleSwingup = "cartpole/swingup"
    case cartpoleSwingupDistracted = "cartpole/swingup-distracted"
    case asterix = "minatar/asterix"
    case breakout = "minatar/breakout"
    case freeway = "minatar/freeway"
    case seaquest = "minatar/seaquest"
    case spaceInvaders = "minatar/space_invaders"

    var defaults: EnvironmentOptions {
        switch self {
        case .catch, .catchTextured, .catchDistracted: Catch.defaults
        case .cartpoleBalance, .cartpoleSwingup, .cartpoleSwingupDistracted: Cartpole.defaults
        case .asterix, .breakout, .freeway, .seaquest, .spaceInvaders: MinAtarDefaults.options
        }
    }

    /// - Parameter options: resolved with `defaults`.
    func make(options: EnvironmentOptions, purpose: EnvironmentPurpose, seed: UInt64) -> any Environment {
        let image = options.shape
        func environment(_ game: some Game) -> any Environment { GameEnvironment(game, options: options) }
        func distracted(_ game: some Scene) -> any Environment {
            environment(Distracted(game, purpose: purpose, seed: seed))
        }
        func minAtar<Rules: MinAtarGame>(_: Rules.Type) -> any Environment {
            environment(
                MinAtar<Rules, SplitMix64>(
                    image: image, sticky: options.sticky ?? 0, random: SplitMix64(seed: seed)))
        }
        return switch self {
        case .catch: environment(Catch(image: image, seed: seed))
        case .catchTextured: environment(TexturedCatch(image: image, seed: seed))
        case .catchDistracted: distracted(Catch(image: image, seed: seed))
        case .cartpoleBalance: environment(Cartpole(.balance, image: image, seed: seed))
        case .cartpoleSwingup: environment(Cartpole(.swingup, image: image, seed: seed))
        case .cartpoleSwingupDistracted: distracted(Cartpole(.swingup, image: image, seed: seed))
        case .asterix: minAtar(Asterix.self)
        case .breakout: minAtar(Breakout.self)
        case .freeway: minAtar(Freeway.self)
        case .seaquest: minAtar(Seaquest.self)
        case .spaceInvaders: minAtar(SpaceInvaders.self)
        }
    }
}
