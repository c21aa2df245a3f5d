import Environments
import Experience
import Foundation
import Numbers
import Testing

/// The bytes of a recorded fixture.
func fixture(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "bin", subdirectory: "Fixtures"))
    return try [UInt8](Data(contentsOf: url))
}

/// Tasks that need nothing but the program.
let builtInTasks = EnvironmentRegistry.known.filter { !EnvironmentRegistry.needsPython($0) }

/// Returns of `episodes` episodes of uniformly random play.
func randomReturns(_ environment: any Environment, episodes: Int, seed: UInt64 = 1) throws -> [Float] {
    var random = SplitMix64(seed: seed)
    return try (0..<episodes).map { _ in
        var shown = try environment.reset()
        var total: Float = 0
        while !shown.flags.contains(.last) {
            shown = try environment.step(randomAction(environment.actionSpace, &random))
            total += shown.reward
        }
        return total
    }
}

/// What `steps` steps of random play show, with resets where episodes end.
func randomPlay(_ environment: any Environment, steps: Int, seed: UInt64 = 1) throws -> [Observation] {
    var random = SplitMix64(seed: seed)
    var shown = [try environment.reset()]
    while shown.count < steps {
        shown.append(
            shown[shown.count - 1].flags.contains(.last)
                ? try environment.reset() : try environment.step(randomAction(environment.actionSpace, &random)))
    }
    return shown
}

/// One of all actions, each equally likely.
func randomAction(_ space: ActionSpace, _ random: inout SplitMix64) -> Action {
    switch space {
    case .discrete(let count): .oneHot(random.below(count), of: count)
    case .groups(let counts): .oneHot(counts.map { random.below($0) }, of: counts)
    case .continuous(let count): Action((0..<count).map { _ in Float(random.unit() * 2 - 1) })
    }
}

/// Expects that two tasks differ in their pictures only: the same seed and actions bring the same rewards and ends.
func playTheSame(_ first: String, _ second: String) throws {
    let plain = try randomPlay(EnvironmentRegistry.make(first, seed: 9), steps: 1000)
    let other = try randomPlay(EnvironmentRegistry.make(second, seed: 9), steps: 1000)
    #expect(zip(plain, other).allSatisfy { $0.reward == $1.reward && $0.flags == $1.flags })
    #expect(zip(plain, other).allSatisfy { $0.image != $1.image })
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
