import Environments
import Experience
import Foundation
import TestSupport
import Testing

/// Every reward, end and board of 10 000 steps is that of the package `minatar`, given the same actions and draws.
@Suite(.blocking) struct MinAtarTraceTests {
    @Test func asterixPlaysLikeThePackage() throws {
        try replay(Asterix.self, "minatar-asterix", rewards: 418)
    }

    @Test func breakoutPlaysLikeThePackage() throws {
        try replay(Breakout.self, "minatar-breakout", rewards: 799)
    }

    @Test func freewayPlaysLikeThePackage() throws {
        try replay(Freeway.self, "minatar-freeway", rewards: 78)
    }

    @Test func seaquestPlaysLikeThePackage() throws {
        try replay(Seaquest.self, "minatar-seaquest", rewards: 357)
    }

    @Test func spaceInvadersPlayLikeThePackage() throws {
        try replay(SpaceInvaders.self, "minatar-space-invaders", rewards: 1581)
    }

    /// - Parameter rewards: their sum, as the recording script printed it.
    private func replay<Rules: MinAtarGame>(_: Rules.Type, _ name: String, rewards: Float) throws {
        let records = try MinAtarTrace.read(name)
        let draws = RecordedDraws()
        // The package draws byte / 256 < 0.1 here.
        var game = MinAtar<Rules, RecordedDraws>(
            image: ImageShape(height: 64, width: 64), sticky: 0.1, random: draws)
        var total: Float = 0
        for (number, record) in records.enumerated() {
            draws.bytes = record.draws[...]
            var outcome = Outcome(reward: 0, terminal: false)
            if let action = record.action {
                outcome = game.advance(.oneHot(action, of: Rules.actions.count))
            } else {
                game.reset()
            }
            try #require(
                checksum(game.board) == record.checksum && outcome == record.outcome && draws.bytes.isEmpty,
                "record \(number)")
            total += outcome.reward
        }
        #expect(records.count { $0.action != nil } == 10_000)
        #expect(total == rewards)
    }

    /// FNV-1a over the cells.
    private func checksum(_ board: MinAtarBoard) -> UInt32 {
        board.cells.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}

/// Draws that were recorded: the bytes from which the package's numbers were made.
private final class RecordedDraws: RandomDraws {
    var bytes: ArraySlice<UInt8> = []

    func unit() -> Double { Double(bytes.removeFirst()) / 256 }
    func below(_ bound: Int) -> Int { Int(bytes.removeFirst()) % bound }
}

/// One record of a file that `scripts/record-minatar` wrote, which describes it.
private struct MinAtarTrace {
    /// Nil is a reset.
    var action: Int?
    var draws: [UInt8]
    var outcome: Outcome
    var checksum: UInt32

    static func read(_ name: String) throws -> [MinAtarTrace] {
        var bytes = try fixture(name)[...]
        var records: [MinAtarTrace] = []
        func next() -> UInt8 { bytes.removeFirst() }
        while let action = bytes.popFirst() {
            let draws = (0..<next()).map { _ in next() }
            let outcome = Outcome(reward: Float(Int8(bitPattern: next())), terminal: next() == 1)
            let checksum = (0..<4).reduce(UInt32(0)) { $0 | UInt32(next()) << (8 * $1) }
            records.append(
                MinAtarTrace(
                    action: action == 255 ? nil : Int(action), draws: draws, outcome: outcome, checksum: checksum))
        }
        return records
    }
}
