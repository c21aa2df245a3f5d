import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct CartpoleTests {
    private let shape = ImageShape(height: 64, width: 64)

    @Test func anEpisodeEndsAfterTenSecondsWithoutBeingTerminal() throws {
        for (repeats, steps) in [(nil, 500), (1, 1000), (3, 334)] {
            let environment = try EnvironmentRegistry.make(
                "cartpole/balance", options: EnvironmentOptions(actionRepeat: repeats), seed: 1)
            #expect(environment.actionSpace == .continuous(1))
            #expect(try environment.reset().flags == .first)
            for step in 1...steps {
                #expect(try environment.step(Action([0])).flags == (step == steps ? .last : []))
            }
        }
    }

    @Test func rewardsOfRepeatedFramesAreSummed() throws {
        let environment = try EnvironmentRegistry.make("cartpole/balance", seed: 1)
        _ = try environment.reset()
        // Nearly upright, in the middle and slow: nearly 1 for each of two frames.
        let shown = try environment.step(Action([0]))
        #expect(shown.reward > 1.95 && shown.reward <= 2)
    }

    @Test func balanceStartsNearlyUpright() {
        let starts = self.starts(.balance)
        #expect(starts.allSatisfy { abs($0.position) <= 0.1 && abs($0.angle) <= 0.034 })
        // Standard deviations of uniform distributions.
        expect(starts.map(\.position), mean: 0, deviation: 0.1 / 3.0.squareRoot())
        expect(starts.map(\.angle), mean: 0, deviation: 0.034 / 3.0.squareRoot())
        expect(starts.map(\.velocity), mean: 0, deviation: 0.01)
        expect(starts.map(\.angularVelocity), mean: 0, deviation: 0.01)
    }

    @Test func swingupStartsHanging() {
        let starts = self.starts(.swingup)
        expect(starts.map(\.position), mean: 0, deviation: 0.01)
        expect(starts.map(\.angle), mean: .pi, deviation: 0.01)
        expect(starts.map(\.velocity), mean: 0, deviation: 0.01)
        expect(starts.map(\.angularVelocity), mean: 0, deviation: 0.01)
    }

    @Test func whatTheMotorCannotDoIsCutOff() {
        var hard = CartpolePhysics(position: 0, angle: 0.1, velocity: 0, angularVelocity: 0)
        var harder = hard
        hard.advance(control: -1)
        harder.advance(control: -7)
        #expect(hard == harder && hard.velocity < 0)
    }

    // MARK: The picture

    @Test func aMotionOfATenthOfAPixelIsSeen() {
        // 64 pixels for 4.8 m; the pole's tip moves by its angle.
        let still = image(position: 0.3, angle: 0.2)
        #expect(image(position: 0.3 + 0.007, angle: 0.2) != still)
        #expect(image(position: 0.3, angle: 0.2 + 0.007) != still)
        #expect(image(position: 0.3, angle: 0.2) == still)
    }

    @Test func thePoleIsDrawnWhereItPoints() {
        // A pixel in the middle of the pole, right of, above, left of and below the hinge in the image's middle.
        for (angle, row, column) in [(0.5, 31, 39), (0, 24, 31), (1.5, 31, 24), (1, 39, 31)] {
            let picture = image(position: 0, angle: angle * .pi)
            let without = image(position: 0, angle: angle * .pi + 1)
            let offset = (row * 64 + column) * 3
            #expect(picture[offset] > 100, "\(angle)")
            #expect(without[offset] < 100, "\(angle)")
        }
    }

    /// Beyond the rail's ends, as far as full force takes the cart.
    @Test func theWholeCartStaysInThePicture() {
        let middle = image(position: 0, angle: 0)
        for (position, inside, border) in [(-2.06, 3, 0), (2.06, 60, 63)] {
            let picture = image(position: position, angle: 0)
            let (cart, beyond) = ((31 * 64 + inside) * 3, (31 * 64 + border) * 3)
            #expect(picture[cart] > middle[cart])
            #expect(picture[beyond] == middle[beyond])
        }
    }

    private func image(position: Double, angle: Double) -> [UInt8] {
        var game = Cartpole(.balance, image: shape, seed: 1)
        game.physics = CartpolePhysics(position: position, angle: angle, velocity: 0, angularVelocity: 0)
        return game.draw()
    }

    private func starts(_ task: Cartpole.Task) -> [CartpolePhysics] {
        var game = Cartpole(task, image: shape, seed: 3)
        return (0..<2000).map { _ in
            game.reset()
            return game.physics
        }
    }

    /// Mean and standard deviation to within five standard errors of 2000 numbers.
    private func expect(
        _ numbers: [Double], mean: Double, deviation: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let count = Double(numbers.count)
        let found = numbers.reduce(0, +) / count
        let variance = numbers.reduce(0) { $0 + ($1 - found) * ($1 - found) } / count
        let error = deviation / count.squareRoot()
        #expect(abs(found - mean) < 5 * error, sourceLocation: sourceLocation)
        #expect(abs(variance.squareRoot() - deviation) < 5 * error, sourceLocation: sourceLocation)
    }
}
