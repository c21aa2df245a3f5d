/// MinAtar's Space Invaders: aliens worth 1 each march to and fro, one row down at each turn, and the one next to the
/// cannon's column shoots. They march faster the fewer are left, and each wave begins faster than the last. The episode
/// ends when an alien or a bullet reaches the cannon, or aliens turn in the bottom row.
package struct SpaceInvaders: MinAtarGame {
    package static let actions: [MinAtarAction] = [.none, .left, .right, .fire]
    /// Without the aliens' common channel: each alien also stands in that of its direction.
    package static let palette: [(channel: Int, color: Color)] = [
        (Channel.leftwards, Color(96, 200, 96)), (Channel.rightwards, Color(200, 104, 184)),
        (Channel.bullet, Color(255, 220, 64)), (Channel.bomb, Color(255, 96, 64)),
        (Channel.cannon, Color(64, 160, 255)),
    ]

    /// Numbers of the board's channels.
    private enum Channel {
        static let cannon = 0
        static let alien = 1
        static let leftwards = 2
        static let rightwards = 3
        static let bullet = 4
        static let bomb = 5
    }

    /// The columns that are taken in each row, one bit each.
    private typealias Rows = [UInt16]

    private static let side = MinAtarBoard.side
    private static let bottom = side - 1
    private static let nothing = Rows(repeating: 0, count: side)
    /// Four rows of six in the middle.
    private static let wave = Rows(repeating: 0b00_1111_1100, count: 4) + Rows(repeating: 0, count: side - 4)
    private static let cannonInterval = 5
    private static let bombInterval = 10
    private static let fastestWave = 6

    private var cannon = 5
    private var cannonTimer = 0
    private var bullets = nothing
    private var bombs = nothing
    private var bombTimer = bombInterval
    private var aliens = wave
    private var rightwards = false
    /// Most frames from one move of the aliens to the next, and those that are left.
    private var marchInterval = 12
    private var marchTimer = 12

    package init() {}

    package mutating func reset(using random: inout some RandomDraws) {
        self = SpaceInvaders()
    }

    package mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome {
        operateCannon(action)
        bullets = Array(bullets.dropFirst()) + [0]
        bombs = [0] + bombs.dropLast()
        var outcome = Outcome(reward: 0, terminal: isOnCannon(bombs) || isOnCannon(aliens))
        if marchTimer == 0 {
            marchTimer = min(alienCount, marchInterval)
            if march() || isOnCannon(aliens) { outcome.terminal = true }
        }
        if bombTimer == 0 {
            bombTimer = Self.bombInterval
            dropBomb()
        }
        outcome.reward = Float(strike())
        cannonTimer = max(cannonTimer - 1, 0)
        marchTimer -= 1
        bombTimer -= 1
        if alienCount == 0 { beginWave() }
        return outcome
    }

    package var board: MinAtarBoard {
        var board = MinAtarBoard()
        board.insert(Channel.cannon, row: Self.bottom, column: cannon)
        for row in 0..<Self.side {
            for column in 0..<Self.side {
                let bit: UInt16 = 1 << column
                if aliens[row] & bit != 0 {
                    board.insert(Channel.alien, row: row, column: column)
                    board.insert(rightwards ? Channel.rightwards : Channel.leftwards, row: row, column: column)
                }
                if bullets[row] & bit != 0 { board.insert(Channel.bullet, row: row, column: column) }
                if bombs[row] & bit != 0 { board.insert(Channel.bomb, row: row, column: column) }
            }
        }
        return board
    }

    private var alienCount: Int { aliens.reduce(0) { $0 + $1.nonzeroBitCount } }

    private func isOnCannon(_ rows: Rows) -> Bool { rows[Self.bottom] & (1 << cannon) != 0 }

    private mutating func operateCannon(_ action: MinAtarAction) {
        switch action {
        case .left: cannon = max(cannon - 1, 0)
        case .right: cannon = min(cannon + 1, Self.side - 1)
        case .fire where cannonTimer == 0:
            bullets[Self.bottom] |= 1 << cannon
            cannonTimer = Self.cannonInterval
        case .none, .up, .down, .fire: break
        }
    }

    /// Moves the aliens one column, or where they have reached the border, one row, and turns them. Returns whether they
    /// turned in the bottom row; those there come back at the top.
    private mutating func march() -> Bool {
        let border: UInt16 = rightwards ? 1 << (Self.side - 1) : 1
        guard aliens.contains(where: { $0 & border != 0 }) else {
            aliens = aliens.map { rightwards ? $0 << 1 : $0 >> 1 }
            return false
        }
        rightwards.toggle()
        let landed = aliens[Self.bottom] != 0
        aliens = [aliens[Self.bottom]] + aliens.dropLast()
        return landed
    }

    /// The lowest alien of the column nearest to the cannon shoots; of two such columns the left one.
    private mutating func dropBomb() {
        let occupied = aliens.reduce(0, |)
        let columns = (0..<Self.side).filter { occupied & (1 << $0) != 0 }
        guard let column = columns.min(by: { abs($0 - cannon) < abs($1 - cannon) }),
            let row = aliens.lastIndex(where: { $0 & (1 << column) != 0 })
        else { return }
        bombs[row] |= 1 << column
    }

    /// Removes aliens and bullets that meet. Returns how many aliens there were.
    private mutating func strike() -> Int {
        var struck = 0
        for row in aliens.indices {
            let hits = aliens[row] & bullets[row]
            aliens[row] ^= hits
            bullets[row] ^= hits
            struck += hits.nonzeroBitCount
        }
        return struck
    }

    private mutating func beginWave() {
        if marchInterval > Self.fastestWave { marchInterval -= 1 }
        aliens = Self.wave
    }
}
