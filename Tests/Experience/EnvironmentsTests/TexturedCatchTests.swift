import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct TexturedCatchTests {
    @Test func rulesAreThoseOfCatch() throws {
        try playTheSame("catch", "catch/textured")
    }

    /// Four pixels of the ball's colour, and between two steps nothing changes but ball and paddle.
    @Test func onlyTheBallAndThePaddleChange() throws {
        let environment = try EnvironmentRegistry.make("catch/textured", seed: 4)
        let grid = BlockGrid(rows: Catch.rows, columns: Catch.columns, shape: environment.image)
        var before = try environment.reset().image
        while true {
            let shown = try environment.step(.oneHot(0, of: 3))
            #expect(pixels(shown.image, Catch.ballColor) == 4)
            let changed = (0..<64 * 64).filter { color(before, $0) != color(shown.image, $0) }
            // The ball, where it was and where it is, and the paddle likewise.
            let most = 2 * 4 + 2 * 2 * grid.blockWidth
            #expect(!changed.isEmpty && changed.count <= most)
            before = shown.image
            if shown.flags.contains(.last) { break }
        }
    }

    @Test func theTextureIsTheSameEverywhere() throws {
        let first = try EnvironmentRegistry.make("catch/textured", seed: 4).reset().image
        let second = try EnvironmentRegistry.make("catch/textured", purpose: .evaluation, seed: 5).reset().image
        let different: Int = zip(first, second).count { $0 != $1 }
        #expect(different <= 2 * 4 * 3)
        // Dots of 2 × 2 pixels, hardly two alike.
        let colors = Set((0..<64 * 64).map { Array(first[$0 * 3..<$0 * 3 + 3]) })
        #expect(colors.count > 1000)
    }

    private func pixels(_ image: [UInt8], _ color: Color) -> Int {
        (0..<image.count / 3).count { self.color(image, $0) == color }
    }

    private func color(_ image: [UInt8], _ pixel: Int) -> Color {
        Color(image[pixel * 3], image[pixel * 3 + 1], image[pixel * 3 + 2])
    }
}
