import Experience

/// Catch, hard to see: a ball of 2×2 pixels and a thin paddle before a grain of dots of the ball's size. The grain is
/// the same in every episode of every environment, so all there is to see is what moves.
package struct TexturedCatch: Game {
    private static let grainSeed: UInt64 = 1

    private let grid: BlockGrid
    private let background: [UInt8]
    /// The ball's side and the paddle's height, in pixels: 2 in an image of 64.
    private let thickness: Int
    private var rules: Catch

    package init(image: ImageShape, seed: UInt64) {
        grid = BlockGrid(rows: Catch.rows, columns: Catch.columns, shape: image)
        thickness = max(image.height / 32, 1)
        background = Texture.grain(image, dot: thickness, seed: Self.grainSeed)
        rules = Catch(image: image, seed: seed)
    }

    package var image: ImageShape { rules.image }
    package var actionSpace: ActionSpace { rules.actionSpace }

    package mutating func reset() {
        rules.reset()
    }

    package mutating func advance(_ action: Action) -> Outcome {
        rules.advance(action)
    }

    package func draw() -> [UInt8] {
        var pixels = background
        grid.fillMiddle(
            &pixels, row: Catch.rows - 1, column: rules.paddle, height: thickness, width: grid.blockWidth,
            Catch.paddleColor)
        grid.fillMiddle(
            &pixels, row: rules.ballRow, column: rules.ballColumn, height: thickness, width: thickness,
            Catch.ballColor)
        return pixels
    }
}
