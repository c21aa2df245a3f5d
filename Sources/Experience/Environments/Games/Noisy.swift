import Experience
import Numbers

/// A game whose picture has noise, drawn anew in each frame: a quarter of the pixels is brighter or darker by up to some levels, all
/// channels of a pixel by the same.
package struct Noisy<Rules: Game>: Game {
    private var rules: Rules
    private let levels: Int
    private var random: SplitMix64

    /// - Parameter levels: of 255; 0 for no noise.
    package init(_ rules: Rules, levels: Int, seed: UInt64) {
        self.rules = rules
        self.levels = levels
        // Neither the numbers of the rules nor those of a background.
        random = SplitMix64(seed: SplitMix64.seed(seed, part: 1))
    }

    package var image: ImageShape { rules.image }
    package var actionSpace: ActionSpace { rules.actionSpace }
    package var vectorCount: Int { rules.vectorCount }
    package var vector: [Float] { rules.vector }

    package mutating func reset() {
        _ = random.next()
        rules.reset()
    }

    package mutating func advance(_ action: Action) -> Outcome {
        _ = random.next()
        return rules.advance(action)
    }

    package func draw() -> [UInt8] {
        var pixels = rules.draw()
        guard levels > 0 else { return pixels }
        var random = random
        let channels = image.channels
        for pixel in 0..<pixels.count / channels where random.below(4) == 0 {
            let change = random.below(2 * levels + 1) - levels
            for channel in pixel * channels..<(pixel + 1) * channels {
                pixels[channel] = UInt8(clamping: Int(pixels[channel]) + change)
            }
        }
        return pixels
    }
}
