/// MinAtar's Asterix: enemies and treasure cross the board in eight rows, at most one in each. Treasure is worth 1, and
/// touching an enemy ends the episode. With time more come, and faster.
package struct Asterix: MinAtarGame {
    package static let actions: [MinAtarAction] = [.none, .left, .up, .right, .down]
    package static let palette: [(channel: Int, color: Color)] = [
        (Channel.trail, Color(112, 112, 96)), (Channel.gold, Color(255, 220, 64)),
        (Channel.enemy, Color(200, 72, 72)), (Channel.player, Color(64, 160, 255)),
    ]

    /// Numbers of the board's channels.
    private enum Channel {
        static let player = 0
        static let enemy = 1
        static let trail = 2
        static let gold = 3
    }

    private struct Entity {
        var body: Traveller
        let isGold: Bool
    }

    private static let rows = 1...8
    /// Frames between two steps of the difficulty, less two.
    private static let rampInterval = 100

    private var player = Position(row: 5, column: 5)
    /// What crosses each of `rows`.
    private var entities = [Entity?](repeating: nil, count: rows.count)
    /// Frames from one new entity to the next, and those that are left.
    private var spawnInterval = 10
    private var spawnTimer = 10
    /// Frames from one move of all entities to the next, and those that are left.
    private var moveInterval = 5
    private var moveTimer = 5
    private var rampTimer = rampInterval
    private var rampLevel = 0

    package init() {}

    package mutating func reset(using random: inout some RandomDraws) {
        self = Asterix()
    }

    package mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome {
        if spawnTimer == 0 {
            spawn(using: &random)
            spawnTimer = spawnInterval
        }
        movePlayer(action)
        var outcome = Outcome(reward: 0, terminal: false)
        for slot in entities.indices { meet(slot, &outcome) }
        if moveTimer == 0 {
            moveTimer = moveInterval
            for slot in entities.indices { moveEntity(slot, &outcome) }
        }
        spawnTimer -= 1
        moveTimer -= 1
        ramp()
        return outcome
    }

    package var board: MinAtarBoard {
        var board = MinAtarBoard()
        board.insert(Channel.player, player)
        for case let entity? in entities {
            board.insert(entity.isGold ? Channel.gold : Channel.enemy, entity.body, trail: Channel.trail)
        }
        return board
    }

    /// Puts an enemy or treasure at the border of a row that is free, if one is.
    private mutating func spawn(using random: inout some RandomDraws) {
        let rightwards = random.unit() < 1.0 / 2
        let isGold = random.unit() < 1.0 / 3
        let free = entities.indices.filter { entities[$0] == nil }
        guard !free.isEmpty else { return }
        let slot = free[random.below(free.count)]
        let body = Traveller(entering: Self.rows.lowerBound + slot, rightwards: rightwards)
        entities[slot] = Entity(body: body, isGold: isGold)
    }

    private mutating func movePlayer(_ action: MinAtarAction) {
        switch action {
        case .left: player.column = max(player.column - 1, 0)
        case .right: player.column = min(player.column + 1, MinAtarBoard.side - 1)
        case .up: player.row = max(player.row - 1, Self.rows.lowerBound)
        case .down: player.row = min(player.row + 1, Self.rows.upperBound)
        case .none, .fire: break
        }
    }

    /// If the player is where the entity of `slot` is: takes treasure, or loses.
    private mutating func meet(_ slot: Int, _ outcome: inout Outcome) {
        guard let entity = entities[slot], entity.body.position == player else { return }
        if entity.isGold {
            entities[slot] = nil
            outcome.reward += 1
        } else {
            outcome.terminal = true
        }
    }

    private mutating func moveEntity(_ slot: Int, _ outcome: inout Outcome) {
        entities[slot]?.body.move()
        if entities[slot]?.body.isOnBoard == false { entities[slot] = nil }
        meet(slot, &outcome)
    }

    /// Each time more entities come; every second time they are also faster.
    private mutating func ramp() {
        guard spawnInterval > 1 || moveInterval > 1 else { return }
        guard rampTimer < 0 else {
            rampTimer -= 1
            return
        }
        if moveInterval > 1 && rampLevel % 2 == 1 { moveInterval -= 1 }
        if spawnInterval > 1 { spawnInterval -= 1 }
        rampLevel += 1
        rampTimer = Self.rampInterval
    }
}
