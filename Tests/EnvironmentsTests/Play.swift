import Environments
import Experience

/// Returns of `episodes` episodes of uniformly random play.
func randomReturns(_ environment: any Environment, episodes: Int, seed: UInt64 = 1) throws -> [Float] {
    var random = SplitMix64(seed: seed)
    let count = environment.actionSpace.count
    return try (0..<episodes).map { _ in
        var shown = try environment.reset()
        var total: Float = 0
        while !shown.flags.contains(.last) {
            shown = try environment.step(.oneHot(random.below(count), of: count))
            total += shown.reward
        }
        return total
    }
}

/// What `steps` steps of random play show, with resets where episodes end.
func randomPlay(_ environment: any Environment, steps: Int, seed: UInt64 = 1) throws -> [Observation] {
    var random = SplitMix64(seed: seed)
    let count = environment.actionSpace.count
    var shown = [try environment.reset()]
    while shown.count < steps {
        shown.append(
            shown[shown.count - 1].flags.contains(.last)
                ? try environment.reset() : try environment.step(.oneHot(random.below(count), of: count)))
    }
    return shown
}

extension Observation {
    /// Whether both show the same.
    func matches(_ other: Observation) -> Bool {
        image == other.image && reward == other.reward && flags == other.flags
    }
}

extension BlockGrid {
    /// The colour in the middle of a block.
    func color(in image: [UInt8], row: Int, column: Int) -> Color {
        let y = top + row * blockHeight + blockHeight / 2
        let x = left + column * blockWidth + blockWidth / 2
        let offset = (y * shape.width + x) * 3
        return Color(image[offset], image[offset + 1], image[offset + 2])
    }
}
