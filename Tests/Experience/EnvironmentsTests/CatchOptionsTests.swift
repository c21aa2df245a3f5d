import Environments
import Experience
import TestSupport
import Testing

/// What makes Catch harder to see, and what it leaves as it is.
@Suite(.blocking) struct CatchOptionsTests {
    private func play(
        _ name: String = "catch", _ options: EnvironmentOptions = EnvironmentOptions(), steps: Int = 200
    ) throws -> [Observation] {
        try randomPlay(EnvironmentRegistry.make(name, options: options, seed: 2), steps: steps)
    }

    private func pixels(_ image: [UInt8], _ color: Color) -> [Int] {
        (0..<image.count / 3).filter { Color(image[$0 * 3], image[$0 * 3 + 1], image[$0 * 3 + 2]) == color }
    }

    @Test func theBallIsAsLargeAsAsked() throws {
        for (side, count) in [(0, 6 * 12), (4, 16), (2, 4), (64, 6 * 12)] {
            for shown in try play(options: side) { #expect(pixels(shown.image, Catch.ballColor).count == count) }
        }
    }

    private func play(options side: Int) throws -> [Observation] { try play("catch", .init(ball: side)) }

    /// Rewards are those without, and the dots stand where they stood until the episode is over.
    @Test func decoysStandStill() throws {
        let (plain, shown) = (try play("catch", .init(ball: 4)), try play("catch", .init(ball: 4, decoys: 12)))
        #expect(Set(shown.map(\.reward)) == Set(plain.map(\.reward)))
        var episodes: [Set<Int>] = []
        for observation in shown {
            let dots = Set(pixels(observation.image, Catch.ballColor))
            #expect(dots.count == 12 * 16 || dots.count == 13 * 16)
            if observation.flags.contains(.first) {
                episodes.append(dots)
            } else {
                episodes[episodes.count - 1].formIntersection(dots)
            }
        }
        // All but those of the ball, where it began.
        #expect(episodes.dropLast().allSatisfy { $0.count == 12 * 16 })
        #expect(Set(episodes).count == episodes.count)
    }

    /// A ball that is caught is worth what the sign says, and no difference between frames touches the sign.
    @Test func theCueSaysWhatTheBallIsWorth() throws {
        let environment = try EnvironmentRegistry.make("catch/cue", seed: 2)
        var seen: Set<[Float]> = []
        for _ in 0..<40 {
            var before = try environment.reset()
            let (good, bad) = (pixels(before.image, Catch.catchColor), pixels(before.image, Catch.avoidColor))
            #expect(good.isEmpty != bad.isEmpty)
            let sign = Set((good + bad).map { $0 % 64 })
            while true {
                let ball = try #require(pixels(before.image, Catch.ballColor).last)
                let paddle = try #require(pixels(before.image, Catch.paddleColor).last)
                let way = ball % 64 < paddle % 64 ? 0 : (ball % 64 > paddle % 64 ? 2 : 1)
                let after = try environment.step(.oneHot(way, of: 3))
                let moved = (0..<64 * 64).filter {
                    before.image[$0 * 3..<$0 * 3 + 3] != after.image[$0 * 3..<$0 * 3 + 3]
                }
                #expect(moved.allSatisfy { column in sign.allSatisfy { $0 - column % 64 > 2 } })
                before = after
                if after.flags.contains(.last) { break }
            }
            #expect(before.reward == (good.isEmpty ? -1 : 1))
            seen.insert([before.reward])
        }
        #expect(seen.count == 2)
    }

    @Test func noiseChangesAQuarterOfThePixels() throws {
        let (plain, noisy) = (try play(), try play("catch", .init(noise: 8)))
        var changed = 0
        for (one, other) in zip(plain, noisy) {
            #expect(one.reward == other.reward)
            #expect(zip(one.image, other.image).allSatisfy { abs(Int($0) - Int($1)) <= 8 })
            changed += zip(one.image, other.image).count { $0 != $1 }
        }
        // A quarter, less those changed by nothing.
        let share = Double(changed) / Double(plain.count * plain[0].image.count)
        #expect(abs(share - 0.25 * 16 / 17) < 0.01)
        #expect(noisy[1].image != noisy[2].image)
    }

    @Test func whatATaskDoesNotHaveIsRefused() {
        for (name, options) in [
            ("catch", EnvironmentOptions(backgroundDrift: 1)), ("minatar/breakout", EnvironmentOptions(noise: 2)),
            ("cartpole/balance", EnvironmentOptions(ball: 4)),
            ("catch/scenery", EnvironmentOptions(backgroundPatches: 0)),
        ] {
            #expect(throws: EnvironmentError.self) { try EnvironmentRegistry.make(name, options: options, seed: 1) }
        }
    }
}
