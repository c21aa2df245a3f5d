/// MinAtar's Freeway: a chicken crosses eight lanes of cars upwards and may take a step every third frame. Arriving is
/// worth 1 and gives the cars other speeds; a car puts the chicken back to the bottom. The episode ends after 2501
/// frames, which the original calls terminal.
package struct Freeway: MinAtarGame {
    package static let actions: [MinAtarAction] = [.none, .up, .down]
    package static let palette: [(channel: Int, color: Color)] = [
        (Channel.trail(1), Color(96, 208, 208)), (Channel.trail(2), Color(88, 168, 176)),
        (Channel.trail(3), Color(80, 128, 144)), (Channel.trail(4), Color(72, 96, 112)),
        (Channel.trail(5), Color(64, 64, 80)),
        (Channel.car, Color(200, 72, 72)), (Channel.chicken, Color(255, 220, 64)),
    ]

    /// Numbers of the board's channels.
    private enum Channel {
        static let chicken = 0
        static let car = 1

        /// The cell behind a car has a channel for the car's interval, from 1.
        static func trail(_ interval: Int) -> Int { 1 + interval }
    }

    private struct Car {
        var position: Position
        var rightwards = true
        /// Frames that it stands between two moves.
        var interval = 1
        var timer = 1

        /// The column `steps` further on; the board's left and right border are one.
        func column(after steps: Int) -> Int {
            let column = position.column + (rightwards ? steps : -steps)
            return (column + MinAtarBoard.side) % MinAtarBoard.side
        }
    }

    private static let lanes = 1...8
    private static let intervals = 1...5
    private static let chickenInterval = 3
    private static let frames = 2500
    private static let start = Position(row: MinAtarBoard.side - 1, column: 4)

    private var chicken = start
    private var chickenTimer = chickenInterval
    private var cars = lanes.map { Car(position: Position(row: $0, column: 0)) }
    private var framesLeft = frames

    package init() {}

    package mutating func reset(using random: inout some RandomDraws) {
        self = Freeway()
        drawSpeeds(using: &random)
    }

    package mutating func act(_ action: MinAtarAction, using random: inout some RandomDraws) -> Outcome {
        var outcome = Outcome(reward: 0, terminal: false)
        moveChicken(action)
        if chicken.row == 0 {
            outcome.reward = 1
            drawSpeeds(using: &random)
            chicken = Self.start
        }
        for lane in cars.indices { moveCar(lane) }
        chickenTimer = max(chickenTimer - 1, 0)
        framesLeft -= 1
        outcome.terminal = framesLeft < 0
        return outcome
    }

    package var board: MinAtarBoard {
        var board = MinAtarBoard()
        board.insert(Channel.chicken, chicken)
        for car in cars {
            board.insert(Channel.car, car.position)
            board.insert(Channel.trail(car.interval), row: car.position.row, column: car.column(after: -1))
        }
        return board
    }

    private mutating func moveChicken(_ action: MinAtarAction) {
        guard chickenTimer == 0, action == .up || action == .down else { return }
        chickenTimer = Self.chickenInterval
        chicken.row = min(max(chicken.row + (action == .up ? -1 : 1), 0), Self.start.row)
    }

    private mutating func moveCar(_ lane: Int) {
        if cars[lane].position == chicken { chicken = Self.start }
        guard cars[lane].timer == 0 else {
            cars[lane].timer -= 1
            return
        }
        cars[lane].timer = cars[lane].interval
        cars[lane].position.column = cars[lane].column(after: 1)
        if cars[lane].position == chicken { chicken = Self.start }
    }

    /// Gives every car an interval, then every car a direction.
    private mutating func drawSpeeds(using random: inout some RandomDraws) {
        for lane in cars.indices {
            cars[lane].interval = Self.intervals.lowerBound + random.below(Self.intervals.count)
            cars[lane].timer = cars[lane].interval
        }
        for lane in cars.indices { cars[lane].rightwards = random.unit() >= 0.5 }
    }
}
