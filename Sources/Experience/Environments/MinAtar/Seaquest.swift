/// MinAtar's Seaquest: a submarine shoots fish and submarines, worth 1 each, and picks up to six divers up. Diving takes
/// oxygen, and surfacing restores it for the price of a diver; with six divers the oxygen left is worth up to 10.
/// Whoever is hit, runs out of oxygen or surfaces with nobody on board has lost. Each surfacing makes enemies more
/// frequent, and every second one makes them faster.
package struct Seaquest: MinAtarGame {
    package static let actions: [MinAtarAction] = [.none, .left, .up, .right, .down, .fire]
    package static let palette: [(channel: Int, color: Color)] = [
        (Channel.trail, Color(112, 112, 96)), (Channel.oxygen, Color(224, 224, 240)),
        (Channel.crew, Color(96, 200, 96)), (Channel.diver, Color(96, 200, 96)),
        (Channel.fish, Color(200, 72, 72)), (Channel.submarine, Color(200, 104, 184)),
        (Channel.torpedo, Color(255, 96, 64)), (Channel.bullet, Color(255, 220, 64)),
        (Channel.stern, Color(48, 104, 176)), (Channel.bow, Color(64, 160, 255)),
    ]

    /// Numbers of the board's channels.
    private enum Channel {
        static let bow = 0
        static let stern = 1
        static let bullet = 2
        static let trail = 3
        static let torpedo = 4
        static let fish = 5
        static let submarine = 6
        static let oxygen = 7
        static let crew = 8
        static let diver = 9
    }

    private static let surface = 0
    private static let rows = 1...8
    private static let gauges = MinAtarBoard.side - 1
    private static let fullOxygen = 200
    private static let fullCrew = 6
    private static let diverSpawnInterval = 30
    private static let diverMoveInterval = 5
    private static let bulletInterval = 5
    private static let torpedoInterval = 10

    private var player = Position(row: surface, column: 5)
    private var facesRight = false
    private var oxygen = fullOxygen
    /// Divers on board. As in the original a reward for a full crew leaves −1, which no surfacing punishes but each
    /// lowers; the next divers only make up for it.
    private var crew = 0
    /// At the surface, and what surfacing brings has been settled.
    private var hasSurfaced = true
    private var bulletTimer = 0

    private var bullets: [Traveller] = []
    private var torpedoes: [Traveller] = []
    private var fish: [Traveller] = []
    private var submarines: [Traveller] = []
    private var divers: [Traveller] = []

    /// Frames from one enemy to the next, and those that are left.
    private var enemySpawnInterval = 20
    private var enemySpawnTimer = 20
    private var enemyMoveInterval = 5
    private var diverSpawnTimer = diverSpawnInterval
    private var rampLevel = 0

    package init() {}

    package mutating func reset(using random: inout some RandomDraws) {
        self = Seaquest()
    }

    package mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome {
        spawn(using: &random)
        operate(action)
        var outcome = Outcome(reward: 0, terminal: false)
        advanceBullets(&outcome)
        advanceDivers()
        advanceSubmarines(&outcome)
        advanceTorpedoes(&outcome)
        advanceFish(&outcome)
        enemySpawnTimer = max(enemySpawnTimer - 1, 0)
        diverSpawnTimer = max(diverSpawnTimer - 1, 0)
        bulletTimer = max(bulletTimer - 1, 0)
        breathe(&outcome)
        return outcome
    }

    package var board: MinAtarBoard {
        var board = MinAtarBoard()
        board.insert(Channel.bow, player)
        // On the board: whoever is at a border has come there facing it.
        board.insert(Channel.stern, row: player.row, column: player.column + (facesRight ? -1 : 1))
        for column in 0..<max(oxygen, 0) * MinAtarBoard.side / Self.fullOxygen {
            board.insert(Channel.oxygen, row: Self.gauges, column: column)
        }
        for place in 0..<max(crew, 0) { board.insert(Channel.crew, row: Self.gauges, column: Self.gauges - 1 - place) }
        for bullet in bullets { board.insert(Channel.bullet, bullet.position) }
        for torpedo in torpedoes { board.insert(Channel.torpedo, torpedo.position) }
        for one in fish { board.insert(Channel.fish, one, trail: Channel.trail) }
        for submarine in submarines { board.insert(Channel.submarine, submarine, trail: Channel.trail) }
        for diver in divers { board.insert(Channel.diver, diver, trail: Channel.trail) }
        return board
    }
}

// MARK: Who comes

extension Seaquest {
    private mutating func spawn(using random: inout some RandomDraws) {
        if enemySpawnTimer == 0 {
            spawnEnemy(using: &random)
            enemySpawnTimer = enemySpawnInterval
        }
        if diverSpawnTimer == 0 {
            let rightwards = random.unit() < 1.0 / 2
            let row = Self.rows.lowerBound + random.below(Self.rows.count)
            divers.append(Traveller(entering: row, rightwards: rightwards, moveTimer: Self.diverMoveInterval))
            diverSpawnTimer = Self.diverSpawnInterval
        }
    }

    /// A submarine or a fish in a random row, unless another enemy comes towards it there.
    private mutating func spawnEnemy(using random: inout some RandomDraws) {
        let rightwards = random.unit() < 1.0 / 2
        let isSubmarine = random.unit() < 1.0 / 3
        let row = Self.rows.lowerBound + random.below(Self.rows.count)
        guard !(submarines + fish).contains(where: { $0.position.row == row && $0.rightwards != rightwards }) else {
            return
        }
        if isSubmarine {
            submarines.append(
                Traveller(
                    entering: row, rightwards: rightwards, moveTimer: enemyMoveInterval,
                    shotTimer: Self.torpedoInterval))
        } else {
            fish.append(Traveller(entering: row, rightwards: rightwards, moveTimer: enemyMoveInterval))
        }
    }
}

// MARK: Who moves, in this order, each kind from the youngest to the oldest

extension Seaquest {
    private mutating func operate(_ action: MinAtarAction) {
        switch action {
        case .left:
            player.column = max(player.column - 1, 0)
            facesRight = false
        case .right:
            player.column = min(player.column + 1, MinAtarBoard.side - 1)
            facesRight = true
        case .up: player.row = max(player.row - 1, Self.surface)
        case .down: player.row = min(player.row + 1, Self.rows.upperBound)
        case .fire where bulletTimer == 0:
            bullets.append(Traveller(at: player, rightwards: facesRight))
            bulletTimer = Self.bulletInterval
        case .none, .fire: break
        }
    }

    private mutating func advanceBullets(_ outcome: inout Outcome) {
        for index in bullets.indices.reversed() {
            bullets[index].move()
            let bullet = bullets[index]
            if !bullet.isOnBoard {
                bullets.remove(bullet)
            } else if fish.removeFirst(at: bullet.position) || submarines.removeFirst(at: bullet.position) {
                bullets.remove(bullet)
                outcome.reward += 1
            }
        }
    }

    private mutating func advanceDivers() {
        for index in divers.indices.reversed() where !pickUp(divers[index]) {
            guard divers[index].advance(every: Self.diverMoveInterval) else { continue }
            let diver = divers[index]
            if !diver.isOnBoard { divers.remove(diver) } else { pickUp(diver) }
        }
    }

    /// Takes `diver` on board, if the player is there and has room. Returns whether.
    @discardableResult
    private mutating func pickUp(_ diver: Traveller) -> Bool {
        guard diver.position == player, crew < Self.fullCrew else { return false }
        divers.remove(diver)
        crew += 1
        return true
    }

    private mutating func advanceSubmarines(_ outcome: inout Outcome) {
        for index in submarines.indices.reversed() {
            if submarines[index].position == player { outcome.terminal = true }
            let shoots = submarines[index].shotTimer == 0
            submarines[index].shotTimer = shoots ? Self.torpedoInterval : submarines[index].shotTimer - 1
            let hasMoved = submarines[index].advance(every: enemyMoveInterval)
            let submarine = submarines[index]
            if hasMoved, isLost(submarine, &outcome) { submarines.remove(submarine) }
            // Even one that has just been struck.
            if shoots { torpedoes.append(Traveller(at: submarine.position, rightwards: submarine.rightwards)) }
        }
    }

    private mutating func advanceTorpedoes(_ outcome: inout Outcome) {
        for index in torpedoes.indices.reversed() {
            if torpedoes[index].position == player { outcome.terminal = true }
            torpedoes[index].move()
            let torpedo = torpedoes[index]
            if torpedo.position == player { outcome.terminal = true }
            if !torpedo.isOnBoard { torpedoes.remove(torpedo) }
        }
    }

    private mutating func advanceFish(_ outcome: inout Outcome) {
        for index in fish.indices.reversed() {
            if fish[index].position == player { outcome.terminal = true }
            guard fish[index].advance(every: enemyMoveInterval) else { continue }
            let one = fish[index]
            if isLost(one, &outcome) { fish.remove(one) }
        }
    }

    /// Whether `enemy`, which has just moved, left the board or met a bullet. Where it met the player the game is over.
    private mutating func isLost(_ enemy: Traveller, _ outcome: inout Outcome) -> Bool {
        if !enemy.isOnBoard { return true }
        if enemy.position == player {
            outcome.terminal = true
            return false
        }
        guard bullets.removeFirst(at: enemy.position) else { return false }
        outcome.reward += 1
        return true
    }
}

// MARK: Oxygen

extension Seaquest {
    private mutating func breathe(_ outcome: inout Outcome) {
        if oxygen <= 0 { outcome.terminal = true }
        if player.row > Self.surface {
            oxygen -= 1
            hasSurfaced = false
        } else if !hasSurfaced {
            if crew == 0 { outcome.terminal = true } else { outcome.reward += Float(surfaceWithCrew()) }
        }
    }

    /// Restores the oxygen for the price of a diver. Returns what is left of it, in tenths, if the crew was complete.
    private mutating func surfaceWithCrew() -> Int {
        var reward = 0
        if crew == Self.fullCrew {
            reward = oxygen * 10 / Self.fullOxygen
            crew = 0
        }
        hasSurfaced = true
        oxygen = Self.fullOxygen
        crew -= 1
        ramp()
        return reward
    }

    private mutating func ramp() {
        guard enemySpawnInterval > 1 || enemyMoveInterval > 2 else { return }
        if enemyMoveInterval > 2 && rampLevel % 2 == 1 { enemyMoveInterval -= 1 }
        if enemySpawnInterval > 1 { enemySpawnInterval -= 1 }
        rampLevel += 1
    }
}
