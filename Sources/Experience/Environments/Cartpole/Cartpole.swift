import Experience
import Foundation
import Numbers

/// The tasks Balance and Swingup of dm_control's domain `cartpole`, with their smooth rewards: hold the pole upright in
/// the middle of the rail, with little force. A frame is 10 ms.
package struct Cartpole: Scene {
    package enum Task: Sendable {
        /// The pole starts nearly upright.
        case balance
        /// The pole starts hanging.
        case swingup
    }

    package let actionSpace = ActionSpace.continuous(1)
    package var physics = CartpolePhysics(position: 0, angle: 0, velocity: 0, angularVelocity: 0)
    private let task: Task
    private let picture: CartpolePicture
    private var random: SplitMix64

    package init(_ task: Task, image: ImageShape, seed: UInt64) {
        self.task = task
        picture = CartpolePicture(image)
        random = SplitMix64(seed: seed)
    }

    package var image: ImageShape { picture.shape }

    package mutating func reset() {
        switch task {
        case .balance:
            physics.position = random.uniform(-0.1...0.1)
            physics.angle = random.uniform(-0.034...0.034)
        case .swingup:
            physics.position = 0.01 * random.normal()
            physics.angle = .pi + 0.01 * random.normal()
        }
        physics.velocity = 0.01 * random.normal()
        physics.angularVelocity = 0.01 * random.normal()
    }

    package mutating func advance(_ action: Action) -> Outcome {
        let control = Double(action.vector[0])
        precondition(control.isFinite, "the action \(control) is not a force")
        physics.advance(control: control)
        return Outcome(reward: Float(reward(control)), terminal: false)
    }

    package var vectorCount: Int { 5 }

    /// As dm_control orders it: the cart's position, cosine and sine of the pole's angle, and both velocities.
    package var vector: [Float] {
        let p = physics
        return [p.position, cos(p.angle), sin(p.angle), p.velocity, p.angularVelocity].map { Float($0) }
    }

    package func draw() -> [UInt8] {
        var pixels = picture.scenery
        paint(on: &pixels)
        return pixels
    }

    package func paint(on pixels: inout [UInt8]) {
        picture.paint(physics, on: &pixels)
    }

    /// From 0 to 1: the pole's height, times how near the cart is to the middle, times how slow the pole is, times how
    /// small the control is. The last three alone cannot take more than a half, a half and a fifth.
    private func reward(_ control: Double) -> Double {
        let upright = (cos(physics.angle) + 1) / 2
        let centred = (1 + Self.nearness(physics.position, margin: 2)) / 2
        let slow = (1 + Self.nearness(physics.angularVelocity, margin: 5)) / 2
        let small = (4 + max(1 - control * control, 0)) / 5
        return upright * centred * slow * small
    }

    /// 1 at zero, 0.1 at `margin`, and between and beyond as a Gaussian bell.
    private static func nearness(_ value: Double, margin: Double) -> Double {
        pow(0.1, (value / margin) * (value / margin))
    }
}
