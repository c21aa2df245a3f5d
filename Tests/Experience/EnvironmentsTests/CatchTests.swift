import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct CatchTests {
    private let shape = ImageShape(height: 64, width: 64)

    @Test func ballFallsOneRowPerStepAndTheEpisodeEndsAtTheBottom() throws {
        let environment = try EnvironmentRegistry.make("catch", seed: 3)
        #expect(environment.actionSpace == .discrete(3))
        for _ in 0..<20 {
            let first = try environment.reset()
            #expect(first.flags == .first && first.reward == 0)
            let column = ball(first.image).column
            for row in 1...9 {
                let shown = try environment.step(.oneHot(1, of: 3))
                #expect(ball(shown.image) == (row, column))
                #expect(shown.flags == (row == 9 ? [.last, .terminal] : []))
                // The paddle stays in the middle.
                #expect(shown.reward == (row < 9 ? 0 : column == 2 ? 1 : -1))
            }
        }
    }

    @Test func paddleMovesOneColumnAndStopsAtTheWalls() {
        var game = Catch(image: shape, seed: 1)
        game.reset()
        let columns = [0, 0, 0, 2, 2, 2, 2, 2].map { action in
            _ = game.advance(.oneHot(action, of: 3))
            return paddle(game.draw())
        }
        #expect(columns == [1, 0, 0, 1, 2, 3, 4, 4])
    }

    @Test func aPlayerThatFollowsTheBallAlwaysCatchesIt() throws {
        let environment = try EnvironmentRegistry.make("catch", seed: 11)
        for _ in 0..<100 {
            var shown = try environment.reset()
            while !shown.flags.contains(.last) {
                let (from, to) = (paddle(shown.image), ball(shown.image).column)
                shown = try environment.step(.oneHot(to == from ? 1 : to < from ? 0 : 2, of: 3))
            }
            #expect(shown.reward == 1)
        }
    }

    @Test func randomPlayLoses() throws {
        let environment = try EnvironmentRegistry.make("catch", seed: 5)
        let returns = try randomReturns(environment, episodes: 2000)
        let mean = returns.reduce(0, +) / Float(returns.count)
        // A fifth of the columns is right by chance: −0.6.
        #expect(mean < -0.5 && mean > -0.7)
    }

    @Test func everyColumnIsEquallyLikely() {
        var game = Catch(image: shape, seed: 8)
        var counts = [Int](repeating: 0, count: Catch.columns)
        for _ in 0..<5000 {
            game.reset()
            counts[ball(game.draw()).column] += 1
        }
        // Standard deviation of each count: 28.
        #expect(counts.allSatisfy { abs($0 - 1000) < 140 })
    }

    /// Where the ball's block begins.
    private func ball(_ image: [UInt8]) -> (row: Int, column: Int) {
        let grid = BlockGrid(rows: Catch.rows, columns: Catch.columns, shape: shape)
        let cells = (0..<Catch.rows * Catch.columns).filter {
            grid.color(in: image, row: $0 / Catch.columns, column: $0 % Catch.columns) == Catch.ballColor
        }
        #expect(cells.count == 1)
        return (cells[0] / Catch.columns, cells[0] % Catch.columns)
    }

    /// The paddle's column, where the ball does not cover it; then the ball's.
    private func paddle(_ image: [UInt8]) -> Int {
        let grid = BlockGrid(rows: Catch.rows, columns: Catch.columns, shape: shape)
        return (0..<Catch.columns).first {
            grid.color(in: image, row: Catch.rows - 1, column: $0) != BlockGrid.background
        } ?? -1
    }
}
