import Experience
import Numbers

/// Catch with the rules of bsuite (Osband et al. 2020): a ball falls one row per step from a random column of the top
/// row, a paddle in the bottom row moves left, stays or moves right. When the ball arrives, after nine steps, the
/// reward is 1 if the paddle is under it and −1 if not.
package struct Catch: Scene {
    package static let rows = 10
    package static let columns = 5
    package static let ballColor = Color(255, 196, 0)
    package static let paddleColor = Color(64, 160, 255)

    package let actionSpace = ActionSpace.discrete(3)
    private let grid: BlockGrid
    private var random: SplitMix64
    private(set) var ballRow = 0
    private(set) var ballColumn = 0
    private(set) var paddle = columns / 2

    package init(image: ImageShape, seed: UInt64) {
        grid = BlockGrid(rows: Self.rows, columns: Self.columns, shape: image)
        random = SplitMix64(seed: seed)
    }

    package var image: ImageShape { grid.shape }

    package mutating func reset() {
        ballRow = 0
        ballColumn = random.below(Self.columns)
        paddle = Self.columns / 2
    }

    package mutating func advance(_ action: Action) -> Outcome {
        paddle = min(max(paddle + action.index - 1, 0), Self.columns - 1)
        ballRow += 1
        let arrived = ballRow == Self.rows - 1
        let reward: Float = arrived ? (paddle == ballColumn ? 1 : -1) : 0
        return Outcome(reward: reward, terminal: arrived)
    }

    package func draw() -> [UInt8] {
        var pixels = grid.empty
        paint(on: &pixels)
        return pixels
    }

    package func paint(on pixels: inout [UInt8]) {
        grid.fill(&pixels, row: Self.rows - 1, column: paddle, Self.paddleColor)
        grid.fill(&pixels, row: ballRow, column: ballColumn, Self.ballColor)
    }
}
