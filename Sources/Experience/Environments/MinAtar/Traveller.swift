/// A cell of a board.
struct Position: Equatable {
    var row: Int
    var column: Int
}

/// What crosses a board along a row: an enemy, a diver, a bullet.
struct Traveller: Equatable {
    var position: Position
    let rightwards: Bool
    /// Frames until it moves, where it does not move in every frame.
    var moveTimer = 0
    /// Frames until it shoots, where it does.
    var shotTimer = 0

    /// Enters `row` at the border that it comes from.
    init(entering row: Int, rightwards: Bool, moveTimer: Int = 0, shotTimer: Int = 0) {
        position = Position(row: row, column: rightwards ? 0 : MinAtarBoard.side - 1)
        self.rightwards = rightwards
        self.moveTimer = moveTimer
        self.shotTimer = shotTimer
    }

    init(at position: Position, rightwards: Bool) {
        self.position = position
        self.rightwards = rightwards
    }

    var isOnBoard: Bool { (0..<MinAtarBoard.side).contains(position.column) }

    mutating func move() {
        position.column += rightwards ? 1 : -1
    }

    /// Moves if it is time, which it is after `interval` frames without. Returns whether.
    mutating func advance(every interval: Int) -> Bool {
        guard moveTimer == 0 else {
            moveTimer -= 1
            return false
        }
        moveTimer = interval
        move()
        return true
    }
}

extension [Traveller] {
    /// Removes the first that equals `traveller`. Not the one at a known index: where two are alike, it is this that
    /// keeps the order of the original, and with it the order in which they are played.
    mutating func remove(_ traveller: Traveller) {
        if let index = firstIndex(of: traveller) { remove(at: index) }
    }

    /// Removes the first at `position`. Returns whether there was one.
    mutating func removeFirst(at position: Position) -> Bool {
        guard let index = firstIndex(where: { $0.position == position }) else { return false }
        remove(at: index)
        return true
    }
}

extension MinAtarBoard {
    mutating func insert(_ channel: Int, _ position: Position) {
        insert(channel, row: position.row, column: position.column)
    }

    /// Inserts `traveller`, and `trail` in the cell behind it, if that is on the board.
    mutating func insert(_ channel: Int, _ traveller: Traveller, trail: Int) {
        insert(channel, traveller.position)
        let behind = traveller.position.column + (traveller.rightwards ? -1 : 1)
        if (0..<Self.side).contains(behind) { insert(trail, row: traveller.position.row, column: behind) }
    }
}
