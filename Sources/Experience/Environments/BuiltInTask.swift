import Experience
import Numbers

/// A task that needs nothing but this program: its name, and how it is made.
struct BuiltInTask: Sendable {
    let name: String
    /// What it has besides the options of its family.
    var options = EnvironmentOptions()
    let make: @Sendable (EnvironmentRequest) -> any Environment
}

/// What a built-in task is made from.
struct EnvironmentRequest: Sendable {
    /// Shape of the images: RGB.
    let image: ImageShape
    /// Resolved: what is nil does not exist.
    let options: EnvironmentOptions
    let purpose: EnvironmentPurpose
    var seed: UInt64

    /// The same from another seed.
    func seeded(_ seed: UInt64) -> EnvironmentRequest {
        var request = self
        request.seed = seed
        return request
    }
}

extension BuiltInTask {
    /// The task of playing a game.
    static func game<Rules: Game & SendableMetatype>(
        _ name: String, _ rules: @escaping @Sendable (EnvironmentRequest) -> Rules
    ) -> BuiltInTask {
        BuiltInTask(name: name) { request in
            GameEnvironment(seed: request.seed, options: request.options) { seed in
                Noisy(rules(request.seeded(seed)), levels: request.options.noise ?? 0, seed: seed)
            }
        }
    }

    /// The task of playing a game before a background.
    /// - Parameter drift: pixels by which it moves in a frame at most, where nobody says; 0 for one that stands still.
    static func scenery<Rules: Scene & SendableMetatype>(
        _ name: String, drift: Int, _ rules: @escaping @Sendable (EnvironmentRequest) -> Rules
    ) -> BuiltInTask {
        var task = game(name) { request in
            let options = request.options
            return Distracted(
                rules(request),
                .init(
                    strength: options.backgroundStrength ?? Texture.brightness, patches: options.backgroundPatches ?? 8,
                    drift: options.backgroundDrift ?? drift),
                purpose: request.purpose, seed: request.seed)
        }
        task.options = EnvironmentOptions(
            backgroundStrength: Texture.brightness, backgroundPatches: 8, backgroundDrift: drift)
        return task
    }

    static func minAtar<Rules: MinAtarGame & SendableMetatype>(_ name: String, _: Rules.Type) -> BuiltInTask {
        game(name) {
            MinAtar<Rules, SplitMix64>(
                image: $0.image, sticky: $0.options.sticky ?? 0, random: SplitMix64(seed: $0.seed))
        }
    }
}
