import Experience
import Numbers

/// Catch with the rules of bsuite (Osband et al. 2020): a ball falls one row per step from a random column of the top
/// row, a paddle in the bottom row moves left, stays or moves right. When the ball arrives, after nine steps, the
/// reward is 1 if the paddle is under it and −1 if not.
///
/// With a cue, a sign at the right border says in each episode whether the ball is to be caught or avoided, and the reward
/// is turned round where it is to be avoided.
package struct Catch: Scene {
    package static let rows = 10
    package static let columns = 5
    package static let ballColor = Color(255, 196, 0)
    package static let paddleColor = Color(64, 160, 255)
    package static let catchColor = Color(64, 200, 96)
    package static let avoidColor = Color(224, 64, 64)

    /// What is there besides ball and paddle, and how large the ball is.
    package struct Look: Sendable {
        /// Side of the ball in pixels; 0 for one that fills its block.
        var ball = 0
        /// Blocks, other ones in each episode, that hold a ball which stands still.
        var decoys = 0
        var cue = false
    }

    package let actionSpace = ActionSpace.discrete(3)
    private let grid: BlockGrid
    private let look: Look
    private var random: SplitMix64
    private(set) var ballRow = 0
    private(set) var ballColumn = 0
    private(set) var paddle = columns / 2
    private var decoys: ArraySlice<Int> = []
    /// Whether the ball is to be avoided.
    private var isAvoided = false

    package init(_ look: Look = Look(), image: ImageShape, seed: UInt64) {
        self.look = look
        // The sign has a column of its own, which neither ball nor paddle enters.
        grid = BlockGrid(rows: Self.rows, columns: Self.columns + (look.cue ? 1 : 0), shape: image)
        random = SplitMix64(seed: seed)
    }

    package var image: ImageShape { grid.shape }

    package mutating func reset() {
        ballRow = 0
        ballColumn = random.below(Self.columns)
        paddle = Self.columns / 2
        // Who has neither draws the same balls as ever.
        if look.cue { isAvoided = random.below(2) == 0 }
        if look.decoys > 0 { placeDecoys() }
    }

    /// Somewhere else in each episode, above the paddle's row.
    private mutating func placeDecoys() {
        var blocks = Array(0..<(Self.rows - 1) * Self.columns)
        for index in 0..<look.decoys { blocks.swapAt(index, index + random.below(blocks.count - index)) }
        decoys = blocks.prefix(look.decoys)
    }

    package mutating func advance(_ action: Action) -> Outcome {
        paddle = min(max(paddle + action.index - 1, 0), Self.columns - 1)
        ballRow += 1
        let arrived = ballRow == Self.rows - 1
        let reward: Float = arrived ? ((paddle == ballColumn) != isAvoided ? 1 : -1) : 0
        return Outcome(reward: reward, terminal: arrived)
    }

    package func draw() -> [UInt8] {
        var pixels = grid.empty
        paint(on: &pixels)
        return pixels
    }

    package func paint(on pixels: inout [UInt8]) {
        if look.cue { paintCue(on: &pixels) }
        for block in decoys { paintBall(on: &pixels, row: block / Self.columns, column: block % Self.columns) }
        grid.fill(&pixels, row: Self.rows - 1, column: paddle, Self.paddleColor)
        paintBall(on: &pixels, row: ballRow, column: ballColumn)
    }

    private func paintBall(on pixels: inout [UInt8], row: Int, column: Int) {
        let (height, width) = (grid.blockHeight, grid.blockWidth)
        let side = look.ball
        grid.fillMiddle(
            &pixels, row: row, column: column, height: side > 0 ? min(side, height) : height,
            width: side > 0 ? min(side, width) : width, Self.ballColor)
    }

    /// Away from what moves by more than the mask of differences is wide, so that no difference ever shows it.
    private func paintCue(on pixels: inout [UInt8]) {
        for row in 3...6 {
            grid.fillMiddle(
                &pixels, row: row, column: Self.columns, height: grid.blockHeight, width: max(grid.blockWidth - 6, 1),
                isAvoided ? Self.avoidColor : Self.catchColor)
        }
    }
}

extension Catch {
    init(_ request: EnvironmentRequest, cue: Bool = false) {
        self.init(
            Look(ball: request.options.ball ?? 0, decoys: request.options.decoys ?? 0, cue: cue), image: request.image,
            seed: request.seed)
    }
}
