import Foundation

/// A cart on a rail and a pole that is hinged to it, as in dm_control's model `cartpole` (Tassa et al. 2018), and moved
/// as MuJoCo moves it: fourth-order Runge-Kutta steps, and soft ends of the rail.
package struct CartpolePhysics: Sendable, Equatable {
    /// The cart's place on the rail, in metres from its middle.
    package var position: Double
    /// The pole's angle in radians: 0 upright, to the right positive.
    package var angle: Double
    /// Metres per second.
    package var velocity: Double
    /// Radians per second.
    package var angularVelocity: Double

    /// The length of one step, in seconds.
    package static let timeStep = 0.01
    /// Length and radius of the pole, in metres.
    package static let poleLength = 1.0
    package static let poleRadius = 0.045

    package init(position: Double, angle: Double, velocity: Double, angularVelocity: Double) {
        self.position = position
        self.angle = angle
        self.velocity = velocity
        self.angularVelocity = angularVelocity
    }

    /// Moves by one step.
    /// - Parameter control: the motor's signal in [−1, 1]; what is beyond is cut off.
    package mutating func advance(control: Double) {
        let force = Self.gear * min(max(control, -1), 1)
        let half = Self.timeStep / 2
        let first = rate(force)
        let second = moved(first, for: half).rate(force)
        let third = moved(second, for: half).rate(force)
        let fourth = moved(third, for: Self.timeStep).rate(force)
        for (change, weight) in [(first, 1.0), (second, 2), (third, 2), (fourth, 1)] {
            self = moved(change, for: Self.timeStep * weight / 6)
        }
    }
}

// MARK: Equations of motion

extension CartpolePhysics {
    private static let gravity = 9.81
    private static let cartMass = 1.0
    private static let poleMass = 0.1
    /// From the hinge to the pole's centre of mass.
    private static let lever = poleLength / 2
    private static let cartDamping = 5e-4
    private static let poleDamping = 2e-6
    /// Newton for each unit of control.
    private static let gear = 10.0

    /// The pole's moment of inertia about the hinge: a cylinder with two half balls of the same density.
    private static let poleInertia: Double = {
        let (length, radius) = (poleLength, poleRadius)
        let ballShare = 4 * radius / (4 * radius + 3 * length)
        let cylinder = length * length / 12 + radius * radius / 4
        let balls = 2 * radius * radius / 5 + length * length / 4 + 3 * length * radius / 8
        return poleMass * (cylinder * (1 - ballShare) + balls * ballShare + lever * lever)
    }()

    /// What changes per second: velocities and accelerations.
    private struct Rate {
        var position, angle, velocity, angularVelocity: Double
    }

    /// The inverse of the mass matrix of cart and pole.
    private struct InverseMass {
        let cart, pole, both: Double

        init(cosine: Double) {
            let mass = cartMass + poleMass
            let coupling = poleMass * lever * cosine
            let determinant = mass * poleInertia - coupling * coupling
            cart = poleInertia / determinant
            pole = mass / determinant
            both = -coupling / determinant
        }
    }

    private func moved(_ rate: Rate, for seconds: Double) -> CartpolePhysics {
        CartpolePhysics(
            position: position + seconds * rate.position, angle: angle + seconds * rate.angle,
            velocity: velocity + seconds * rate.velocity,
            angularVelocity: angularVelocity + seconds * rate.angularVelocity)
    }

    private func rate(_ force: Double) -> Rate {
        let inverse = InverseMass(cosine: cos(angle))
        let moment = Self.poleMass * Self.lever * sin(angle)
        let push = force - Self.cartDamping * velocity + moment * angularVelocity * angularVelocity
        let torque = moment * Self.gravity - Self.poleDamping * angularVelocity
        let free = inverse.cart * push + inverse.both * torque
        let stop = endForce(freeAcceleration: free, inverseMass: inverse.cart)
        return Rate(
            position: velocity, angle: angularVelocity, velocity: free + inverse.cart * stop,
            angularVelocity: inverse.both * (push + stop) + inverse.pole * torque)
    }
}

// MARK: Ends of the rail

extension CartpolePhysics {
    private static let railEnd = 1.8
    /// MuJoCo's `solref` of the model: a critically damped spring with this time constant.
    private static let timeConstant = 0.08
    /// MuJoCo's default `solimp`: the impedance rises from the first to the second over so many metres.
    private static let impedances = 0.9...0.95
    private static let impedanceWidth = 0.001
    private static let inverseMassUpright = InverseMass(cosine: 1).cart

    /// The force of MuJoCo's soft constraint that keeps the cart between the ends of the rail: the one that brings the
    /// acceleration near to that of a spring with a damper, and never pulls. (MuJoCo's documentation, "Computation",
    /// sections on the constraint model and its solver parameters; with one constraint it has a closed form.)
    private func endForce(freeAcceleration: Double, inverseMass: Double) -> Double {
        let depth = abs(position) - Self.railEnd
        guard depth > 0 else { return 0 }
        let inwards: Double = position > 0 ? -1 : 1
        let largest = Self.impedances.upperBound
        let impedance = Self.impedance(at: depth)
        let stiffness = impedance / (largest * largest * Self.timeConstant * Self.timeConstant)
        let damping = 2 / (largest * Self.timeConstant)
        let wanted = stiffness * depth - damping * inwards * velocity
        let softness = (1 - impedance) / impedance * Self.inverseMassUpright
        return inwards * max((wanted - inwards * freeAcceleration) / (inverseMass + softness), 0)
    }

    /// Two parabolas that meet in the middle of the width.
    private static func impedance(at depth: Double) -> Double {
        let x = min(depth / impedanceWidth, 1)
        let rise = x <= 0.5 ? 2 * x * x : 1 - 2 * (1 - x) * (1 - x)
        return impedances.lowerBound + rise * (impedances.upperBound - impedances.lowerBound)
    }
}
