import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct DistractedTests {
    @Test(arguments: [
        ("catch", "catch/distracted"), ("catch", "catch/scenery"), ("cartpole/balance", "cartpole/balance-distracted"),
        ("cartpole/swingup", "cartpole/swingup-distracted"),
    ])
    func rulesAreThoseOfTheUndistractedTask(plain: String, distracted: String) throws {
        try playTheSame(plain, distracted)
    }

    /// Most of the picture changes in every step, whatever the agent does.
    @Test(arguments: ["catch/distracted", "cartpole/balance-distracted", "cartpole/swingup-distracted"])
    func theBackgroundNeverStandsStill(_ name: String) throws {
        let shown = try randomPlay(EnvironmentRegistry.make(name, seed: 2), steps: 100)
        for (before, after) in zip(shown, shown.dropFirst()) {
            let changed = zip(before.image, after.image).count { $0 != $1 }
            #expect(changed > before.image.count / 2)
        }
    }

    /// Within an episode nothing changes but ball and paddle; another episode has another background.
    @Test func sceneryStandsStill() throws {
        let shown = try randomPlay(EnvironmentRegistry.make("catch/scenery", seed: 2), steps: 100)
        let blocks = 4 * 6 * 12 * 3
        for (before, after) in zip(shown, shown.dropFirst()) {
            let changed = zip(before.image, after.image).count { $0 != $1 }
            #expect(after.flags.contains(.first) ? changed > before.image.count / 2 : changed <= blocks)
        }
    }

    @Test func strengthAndPatchesAreThoseAsked() throws {
        let weak = try firstPictures(.init(backgroundStrength: 4))
        #expect(weak.allSatisfy { $0.count { $0 >= 4 } <= 2 * 6 * 12 * 3 })
        // Fewer patches have smaller differences between neighbours.
        let steep = try firstPictures(.init(backgroundPatches: 16)).map(roughness).reduce(0, +)
        let smooth = try firstPictures(.init(backgroundPatches: 3)).map(roughness).reduce(0, +)
        #expect(smooth * 2 < steep)
    }

    private func firstPictures(_ options: EnvironmentOptions) throws -> [[UInt8]] {
        let environment = try EnvironmentRegistry.make("catch/scenery", options: options, seed: 3)
        return try (0..<8).map { _ in try environment.reset().image }
    }

    /// The sum of differences between pixels beside each other, away from ball and paddle.
    private func roughness(_ image: [UInt8]) -> Int {
        (10..<50).reduce(0) { sum, row in
            sum
                + (1..<64).reduce(0) { sum, column in
                    let place = (row * 64 + column) * 3
                    return sum + abs(Int(image[place]) - Int(image[place - 3]))
                }
        }
    }

    @Test func ballAndPaddleStandBeforeTheBackground() throws {
        let plain = try randomPlay(EnvironmentRegistry.make("catch", seed: 2), steps: 100)
        let distracted = try randomPlay(EnvironmentRegistry.make("catch/distracted", seed: 2), steps: 100)
        for (first, second) in zip(plain, distracted) {
            for pixel in 0..<64 * 64 {
                let color = Color(first.image[pixel * 3], first.image[pixel * 3 + 1], first.image[pixel * 3 + 2])
                guard color == Catch.ballColor || color == Catch.paddleColor else { continue }
                #expect(first.image[pixel * 3..<pixel * 3 + 3] == second.image[pixel * 3..<pixel * 3 + 3])
            }
        }
    }

    /// The corner of a picture runs over the whole pattern, which has colours that no pattern of the other set has.
    @Test func evaluationShowsOtherPatternsThanTraining() throws {
        let training = try corners(.training, seed: 1)
        #expect(training.intersection(try corners(.training, seed: 2)).count > training.count / 2)
        #expect(training.intersection(try corners(.evaluation, seed: 1)).count < training.count / 4)
    }

    private func corners(_ purpose: EnvironmentPurpose, seed: UInt64) throws -> Set<[UInt8]> {
        let environment = try EnvironmentRegistry.make(
            "catch/distracted", image: 16, purpose: purpose, seed: seed)
        return Set(try randomPlay(environment, steps: 10_000).map { Array($0.image[0..<3]) })
    }
}
