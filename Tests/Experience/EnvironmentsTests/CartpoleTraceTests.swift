import Environments
import Experience
import TestSupport
import Testing

/// States and rewards are those of dm_control, over 500 steps of random play, of pushing the cart into the rail's ends
/// and of swinging the pole up and holding it.
@Suite(.blocking) struct CartpoleTraceTests {
    @Test(arguments: [(Cartpole.Task.balance, "cartpole-balance"), (.swingup, "cartpole-swingup")])
    func movesLikeDMControl(task: Cartpole.Task, name: String) throws {
        var bytes = try fixture(name)[...]
        var game = Cartpole(task, image: ImageShape(height: 64, width: 64), seed: 1)
        var farthest = 0.0
        for episode in 0..<3 {
            game.physics = CartpolePhysics(
                position: bytes.double(), angle: bytes.double(), velocity: bytes.double(),
                angularVelocity: bytes.double())
            for step in 0..<500 {
                let outcome = game.advance(Action([bytes.float()]))
                let state = game.physics
                let differences = [state.position, state.angle, state.velocity, state.angularVelocity]
                    .map { abs(Float($0) - bytes.float()) }
                // The recording's precision; the angle passes 10.
                try #require(differences.max() ?? 1 < 1e-5, "episode \(episode), step \(step)")
                try #require(abs(outcome.reward - bytes.float()) < 1e-5 && !outcome.terminal)
                farthest = max(farthest, abs(state.position))
            }
        }
        #expect(bytes.isEmpty)
        // Into the rail's ends, which are 1.8 m from its middle.
        #expect(farthest > 2)
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func double() -> Double {
        Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(removeFirst()) << (8 * $1) })
    }

    fileprivate mutating func float() -> Float {
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(removeFirst()) << (8 * $1) })
    }
}
