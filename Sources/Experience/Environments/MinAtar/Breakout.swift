/// MinAtar's Breakout: a ball that travels diagonally, three rows of bricks worth 1 each that return when all are
/// gone and the ball comes down, and a paddle in the bottom row. The episode ends when the ball gets past the paddle.
package struct Breakout: MinAtarGame {
    package static let actions: [MinAtarAction] = [.none, .left, .right]
    package static let palette: [(channel: Int, color: Color)] = [
        (Channel.brick, Color(200, 72, 72)), (Channel.trail, Color(112, 112, 96)),
        (Channel.ball, Color(255, 220, 64)), (Channel.paddle, Color(64, 160, 255)),
    ]

    /// Numbers of the board's channels.
    private enum Channel {
        static let paddle = 0
        static let ball = 1
        static let trail = 2
        static let brick = 3
    }

    /// Where the ball goes: one column and one row per frame.
    private struct Direction {
        var column: Int
        var row: Int
    }

    private static let brickRows = 1...3
    private static let wall = MinAtarBoard.side - 1

    private var paddle = 4
    private var ball = (column: 0, row: 3)
    private var trail = (column: 0, row: 3)
    private var direction = Direction(column: 1, row: 1)
    private var bricks = [Bool](repeating: false, count: MinAtarBoard.side * MinAtarBoard.side)
    /// The last frame struck a brick: the ball passes through the next one it meets.
    private var struck = false

    package init() {}

    package mutating func reset(using random: inout some RandomDraws) {
        let fromRight = random.below(2) == 1
        ball = (fromRight ? Self.wall : 0, 3)
        direction = Direction(column: fromRight ? -1 : 1, row: 1)
        trail = ball
        paddle = 4
        struck = false
        bricks = [Bool](repeating: false, count: bricks.count)
        layBricks()
    }

    package mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome {
        if action == .left { paddle = max(paddle - 1, 0) }
        if action == .right { paddle = min(paddle + 1, Self.wall) }
        trail = ball
        var next = (column: ball.column + direction.column, row: ball.row + direction.row)
        if next.column < 0 || next.column > Self.wall {
            next.column = min(max(next.column, 0), Self.wall)
            direction.column = -direction.column
        }
        var outcome = Outcome(reward: 0, terminal: false)
        var inBrick = false
        if next.row < 0 {
            next.row = 0
            direction.row = -direction.row
        } else if bricks[next.row * MinAtarBoard.side + next.column] {
            inBrick = true
            if !struck {
                outcome.reward = 1
                bricks[next.row * MinAtarBoard.side + next.column] = false
                struck = true
                bounce(&next)
            }
        } else if next.row == Self.wall {
            outcome.terminal = meetPaddle(&next)
        }
        if !inBrick { struck = false }
        ball = next
        return outcome
    }

    package var board: MinAtarBoard {
        var board = MinAtarBoard()
        board.insert(Channel.paddle, row: Self.wall, column: paddle)
        board.insert(Channel.ball, row: ball.row, column: ball.column)
        board.insert(Channel.trail, row: trail.row, column: trail.column)
        for cell in bricks.indices where bricks[cell] {
            board.insert(Channel.brick, row: cell / MinAtarBoard.side, column: cell % MinAtarBoard.side)
        }
        return board
    }

    /// The ball on its way to the bottom row at `next`. Returns whether it got past the paddle.
    private mutating func meetPaddle(_ next: inout (column: Int, row: Int)) -> Bool {
        if !bricks.contains(true) { layBricks() }
        if ball.column == paddle {
            bounce(&next)
        } else if next.column == paddle {
            // Hit on the edge: back where it came from.
            direction.column = -direction.column
            bounce(&next)
        } else {
            return true
        }
        return false
    }

    /// Turns the ball upwards or downwards; it stays in its row for this frame.
    private mutating func bounce(_ next: inout (column: Int, row: Int)) {
        direction.row = -direction.row
        next.row = ball.row
    }

    private mutating func layBricks() {
        for row in Self.brickRows {
            for column in 0..<MinAtarBoard.side { bricks[row * MinAtarBoard.side + column] = true }
        }
    }
}
