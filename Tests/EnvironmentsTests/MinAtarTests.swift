import Environments
import Experience
import Foundation
import Testing

@Suite struct MinAtarTests {
    private let shape = ImageShape(height: 64, width: 64)

    /// Every reward, end and board of 10 000 steps is that of the package, given the same actions and draws.
    @Test func breakoutPlaysLikeThePackage() throws {
        let records = try MinAtarTrace.read("minatar-breakout")
        let draws = RecordedDraws()
        // The package draws byte / 256 < 0.1 here.
        var game = MinAtar<Breakout, RecordedDraws>(image: shape, sticky: 0.1, random: draws)
        var cells = MinAtarBoard().cells
        var rewards: Float = 0
        for (number, record) in records.enumerated() {
            draws.bytes = record.draws
            var outcome = Outcome(reward: 0, terminal: false)
            if let action = record.action { outcome = game.advance(.oneHot(action, of: 3)) } else { game.reset() }
            for (cell, channels) in record.changes { cells[cell] = channels }
            try #require(
                game.board.cells == cells && outcome == record.outcome && draws.bytes.isEmpty, "record \(number)")
            rewards += outcome.reward
        }
        #expect(records.count { $0.action != nil } == 10_000)
        #expect(rewards == 799)
    }

    @Test func breakoutIsDrawnInTheColoursOfItsPalette() throws {
        var game = MinAtar<Breakout, SplitMix64>(image: shape, sticky: 0, random: SplitMix64(seed: 1))
        game.reset()
        _ = game.advance(.oneHot(0, of: 3))
        let image = game.draw()
        let grid = BlockGrid(rows: 10, columns: 10, shape: shape)
        let cells = game.board.cells
        for cell in cells.indices {
            let top = Breakout.palette.last { cells[cell] & (1 << $0.channel) != 0 }
            #expect(
                grid.color(in: image, row: cell / 10, column: cell % 10) == top?.color ?? BlockGrid.background)
        }
        #expect(Set(Breakout.palette.map(\.channel)) == [0, 1, 2, 3])
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

/// Draws that were recorded: the bytes from which the package's numbers were made.
private final class RecordedDraws: RandomDraws {
    var bytes: [UInt8] = []

    func unit() -> Double { Double(bytes.removeFirst()) / 256 }
    func below(_ bound: Int) -> Int { Int(bytes.removeFirst()) % bound }
}

/// One record of a file that `scripts/record-minatar` wrote, which describes it.
private struct MinAtarTrace {
    /// Nil is a reset.
    var action: Int?
    var draws: [UInt8]
    var outcome: Outcome
    var changes: [(cell: Int, channels: UInt16)]

    static func read(_ name: String) throws -> [MinAtarTrace] {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "bin", subdirectory: "Fixtures"))
        var bytes = try [UInt8](Data(contentsOf: url))[...]
        var records: [MinAtarTrace] = []
        func next() -> UInt8 { bytes.removeFirst() }
        while let action = bytes.popFirst() {
            let draws = (0..<next()).map { _ in next() }
            let outcome = Outcome(reward: Float(Int8(bitPattern: next())), terminal: next() == 1)
            let changes = (0..<next()).map { _ in (cell: Int(next()), channels: UInt16(next())) }
            records.append(
                MinAtarTrace(
                    action: action == 255 ? nil : Int(action), draws: draws, outcome: outcome, changes: changes))
        }
        return records
    }
}
