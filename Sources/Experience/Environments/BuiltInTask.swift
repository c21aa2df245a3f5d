import Experience
import Numbers

/// A task that needs nothing but this program: its name, and how it is made.
struct BuiltInTask: Sendable {
    let name: String
    let make: @Sendable (EnvironmentRequest) -> any Environment
}

/// What a built-in task is made from.
struct EnvironmentRequest: Sendable {
    /// Shape of the images: RGB.
    let image: ImageShape
    /// Resolved: what is nil does not exist.
    let options: EnvironmentOptions
    let purpose: EnvironmentPurpose
    let seed: UInt64
}

extension BuiltInTask {
    /// The task of playing a game.
    static func game<Rules: Game & SendableMetatype>(
        _ name: String, _ rules: @escaping @Sendable (EnvironmentRequest) -> Rules
    ) -> BuiltInTask {
        BuiltInTask(name: name) { GameEnvironment(rules($0), options: $0.options) }
    }

    /// The task of playing a game before a moving background.
    static func distracted<Rules: Scene & SendableMetatype>(
        _ name: String, _ rules: @escaping @Sendable (EnvironmentRequest) -> Rules
    ) -> BuiltInTask {
        game(name) { Distracted(rules($0), purpose: $0.purpose, seed: $0.seed) }
    }

    static func minAtar<Rules: MinAtarGame & SendableMetatype>(_ name: String, _: Rules.Type) -> BuiltInTask {
        game(name) {
            MinAtar<Rules, SplitMix64>(
                image: $0.image, sticky: $0.options.sticky ?? 0, random: SplitMix64(seed: $0.seed))
        }
    }
}
