import Experience
import Numbers

/// A game before a background that has nothing to do with it. Each episode draws one of eight patterns, where it begins
/// and a direction; a pattern that drifts comes in again at the other side. Single frames have the same distribution whether it
/// drifts or not.
package struct Distracted<Rules: Scene>: Game {
    /// What the background is like.
    package struct Look: Sendable {
        /// Each channel of its colours is below this.
        var strength: Int
        /// Patches in each direction.
        var patches: Int
        /// Pixels by which it moves in a frame at most; 0 for one that stands still.
        var drift: Int
    }

    private var rules: Rules
    private let look: Look
    private let backgrounds: Backgrounds
    private var random: SplitMix64
    private var pattern = 0
    private var offset = (row: 0, column: 0)
    private var drift = (row: 0, column: 0)

    /// - Parameter purpose: which set of patterns is drawn from.
    package init(_ rules: Rules, _ look: Look, purpose: EnvironmentPurpose, seed: UInt64) {
        self.rules = rules
        self.look = look
        backgrounds = Backgrounds(rules.image, patches: look.patches, strength: look.strength, purpose: purpose)
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
        // Rightwards or leftwards always, where it moves at all.
        let most = look.drift
        let (down, right) = (random.below(2 * most + 1) - most, random.below(max(most, 1)) + 1)
        drift = most == 0 ? (0, 0) : (down, right * (random.below(2) * 2 - 1))
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

    init(_ shape: ImageShape, patches: Int, strength: Int, purpose: EnvironmentPurpose) {
        self.shape = shape
        let set: UInt64 = purpose == .training ? 1 : 2
        patterns = (0..<Self.count).map {
            Texture.patches(shape, count: patches, strength: strength, seed: SplitMix64.seed(set, part: $0))
        }
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
