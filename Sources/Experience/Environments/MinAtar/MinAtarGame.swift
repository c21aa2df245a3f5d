/// The rules of one MinAtar game (Young and Tian 2019), frame by frame. `MinAtar` adds sticky actions and pictures.
package protocol MinAtarGame {
    /// The minimal action set, in the order of the environment's actions.
    static var actions: [MinAtarAction] { get }
    /// Channels of the board with their colours in drawing order: later ones cover earlier ones.
    static var palette: [(channel: Int, color: Color)] { get }

    init()
    /// Starts an episode.
    mutating func reset(using random: inout some RandomDraws)
    /// Plays one frame. Draws from `random` what the original draws, in the same order.
    mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome
    /// What the board shows now.
    var board: MinAtarBoard { get }
}

/// The six actions of the original, with its numbers.
package enum MinAtarAction: Int, Sendable {
    case none, left, up, right, down, fire
}

/// A board of 10×10 cells; each cell is a set of channels, one bit each.
package struct MinAtarBoard: Sendable, Equatable {
    package static let side = 10
    /// Channels of each cell [row, column].
    package var cells = [UInt16](repeating: 0, count: side * side)

    package init() {}

    package mutating func insert(_ channel: Int, row: Int, column: Int) {
        cells[row * Self.side + column] |= 1 << channel
    }
}
