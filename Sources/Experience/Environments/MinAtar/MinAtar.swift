import Experience

/// A MinAtar game with sticky actions, drawn in colours.
package struct MinAtar<Rules: MinAtarGame, Draws: RandomDraws>: Game {
    package let actionSpace = ActionSpace.discrete(Rules.actions.count)
    private let grid: BlockGrid
    private let sticky: Double
    private var random: Draws
    private var rules = Rules()
    /// Kept over resets, as in the original.
    private var lastAction = MinAtarAction.none

    package init(image: ImageShape, sticky: Double, random: Draws) {
        grid = BlockGrid(rows: MinAtarBoard.side, columns: MinAtarBoard.side, shape: image)
        self.sticky = sticky
        self.random = random
    }

    package var image: ImageShape { grid.shape }
    package var board: MinAtarBoard { rules.board }

    package mutating func reset() {
        rules.reset(using: &random)
    }

    package mutating func advance(_ action: Action) -> Outcome {
        // Drawn even where it cannot matter, as in the original.
        if random.unit() >= sticky { lastAction = Rules.actions[action.index] }
        return rules.act(lastAction, using: &random)
    }

    package func draw() -> [UInt8] {
        var pixels = grid.empty
        let cells = board.cells
        for (channel, color) in Rules.palette {
            for cell in cells.indices where cells[cell] & (1 << channel) != 0 {
                grid.fill(&pixels, row: cell / MinAtarBoard.side, column: cell % MinAtarBoard.side, color)
            }
        }
        return pixels
    }
}
