import Environments
import Experience
import Numbers
import TestSupport
import Testing

@Suite(.blocking) struct MinAtarTests {
    private let shape = ImageShape(height: 64, width: 64)

    @Test func gamesAreDrawnInTheColoursOfTheirPalettes() {
        // Aliens are drawn by their direction, not by the channel that they share.
        drawsItsPalette(Asterix.self, channels: 0...3)
        drawsItsPalette(Breakout.self, channels: 0...3)
        drawsItsPalette(Freeway.self, channels: 0...6)
        drawsItsPalette(Seaquest.self, channels: 0...9)
        drawsItsPalette(SpaceInvaders.self, channels: 0...5, hidden: [1])
    }

    /// 300 steps of random play show each cell in the colour of its topmost channel.
    private func drawsItsPalette<Rules: MinAtarGame>(
        _: Rules.Type, channels: ClosedRange<Int>, hidden: Set<Int> = []
    ) {
        var game = MinAtar<Rules, SplitMix64>(image: shape, sticky: 0, random: SplitMix64(seed: 1))
        var random = SplitMix64(seed: 2)
        let grid = BlockGrid(rows: 10, columns: 10, shape: shape)
        var terminal = true
        for _ in 0..<300 {
            if terminal { game.reset() }
            let action = random.below(Rules.actions.count)
            terminal = game.advance(.oneHot(action, of: Rules.actions.count)).terminal
            let image = game.draw()
            let cells = game.board.cells
            let isDrawn = cells.indices.allSatisfy { cell in
                let top = Rules.palette.last { cells[cell] & (1 << $0.channel) != 0 }
                let expected = top?.color ?? BlockGrid.background
                return grid.color(in: image, row: cell / 10, column: cell % 10) == expected
            }
            #expect(isDrawn, "\(Rules.self)")
        }
        #expect(Set(Rules.palette.map(\.channel)) == Set(channels).subtracting(hidden), "\(Rules.self)")
    }

    @Test(arguments: [
        ("asterix", 5), ("breakout", 3), ("freeway", 3), ("seaquest", 6), ("space_invaders", 4),
    ])
    func actionsAreTheMinimalOnes(game: String, count: Int) throws {
        let environment = try EnvironmentRegistry.make("minatar/\(game)", seed: 1)
        #expect(environment.actionSpace == .discrete(count))
    }

    @Test func aTimeLimitIsNotTerminal() throws {
        // The ball needs more than three frames to get past the paddle.
        let environment = try EnvironmentRegistry.make(
            "minatar/breakout", options: EnvironmentOptions(timeLimit: 3), seed: 1)
        for _ in 0..<3 {
            #expect(try environment.reset().flags == .first)
            #expect(try environment.step(.oneHot(0, of: 3)).flags == [])
            #expect(try environment.step(.oneHot(0, of: 3)).flags == [])
            #expect(try environment.step(.oneHot(0, of: 3)).flags == .last)
        }
    }

    @Test func anActionIsRepeatedAndItsRewardsSummed() throws {
        let options = EnvironmentOptions(actionRepeat: 9)
        let environment = try EnvironmentRegistry.make("catch", options: options, seed: 1)
        for _ in 0..<10 {
            _ = try environment.reset()
            let shown = try environment.step(.oneHot(1, of: 3))
            #expect(shown.flags == [.last, .terminal] && abs(shown.reward) == 1)
        }
    }

    @Test(arguments: [(0.0, 0), (1.0, 4)])
    func stickyActionsRepeatThePreviousOne(sticky: Double, paddle: Int) {
        var game = MinAtar<Breakout, SplitMix64>(image: shape, sticky: sticky, random: SplitMix64(seed: 1))
        game.reset()
        for _ in 0..<4 { _ = game.advance(.oneHot(1, of: 3)) }
        #expect(game.board.cells[90..<100].firstIndex { $0 & 1 == 1 } == 90 + paddle)
    }
}
