import Experience
import Numbers

/// A game before a background that moves and has nothing to do with it. Each episode draws one of eight patterns and a
/// direction; the pattern drifts by up to two pixels per frame and comes in again at the other side.
package struct Distracted<Rules: Scene>: Game {
    private var rules: Rules
    private let backgrounds: Backgrounds
    private var random: SplitMix64
    private var pattern = 0
    private var offset = (row: 0, column: 0)
    private var drift = (row: 0, column: 0)

    /// - Parameter purpose: which set of patterns is drawn from.
    package init(_ rules: Rules, purpose: EnvironmentPurpose, seed: UInt64) {
        self.rules = rules
        backgrounds = Backgrounds(rules.image, purpose: purpose)
        // Not the numbers that the rules draw, which have the seed itself.
        random = SplitMix64(seed: SplitMix64.seed(seed, part: 0))
    }

    package var image: ImageShape { rules.image }
    package var actionSpace: ActionSpace { rules.actionSpace }
    package var vectorCount: Int { rules.vectorCount }
    package var vector: [Float] { rules.vector }

    package mutating func reset() {
        rules.reset()
        pattern = random.below(Backgrounds.count)
        offset = (random.below(image.height), random.below(image.width))
        // Rightwards or leftwards always: it never stands still.
        drift = (random.below(5) - 2, (random.below(2) + 1) * (random.below(2) * 2 - 1))
    }

    package mutating func advance(_ action: Action) -> Outcome {
        offset.row = (offset.row + drift.row + image.height) % image.height
        offset.column = (offset.column + drift.column + image.width) % image.width
        return rules.advance(action)
    }

    package func draw() -> [UInt8] {
        var pixels = backgrounds.image(pattern, row: offset.row, column: offset.column)
        rules.paint(on: &pixels)
        return pixels
    }
}

/// The patterns behind a distracted game: other ones for evaluation than for training, the same in all environments.
struct Backgrounds {
    static let count = 8

    private let shape: ImageShape
    private let patterns: [[UInt8]]

    init(_ shape: ImageShape, purpose: EnvironmentPurpose) {
        self.shape = shape
        let set: UInt64 = purpose == .training ? 1 : 2
        patterns = (0..<Self.count).map { Texture.patches(shape, seed: SplitMix64.seed(set, part: $0)) }
    }

    /// A pattern [height, width, 3] that begins with its pixel at `row` and `column`.
    func image(_ pattern: Int, row: Int, column: Int) -> [UInt8] {
        let stride = shape.width * 3
        var pixels: [UInt8] = []
        pixels.reserveCapacity(shape.count)
        for y in 0..<shape.height {
            let start = (row + y) % shape.height * stride
            pixels += patterns[pattern][start + column * 3..<start + stride]
            pixels += patterns[pattern][start..<start + column * 3]
        }
        return pixels
    }
}
