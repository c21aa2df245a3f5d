import Experience
import Foundation

/// Draws cart and pole from the side. The whole rail is in the picture, and edges are smooth, so that velocities can be
/// told from two frames.
struct CartpolePicture {
    let shape: ImageShape
    /// The picture without rail, cart and pole [height, width, 3].
    let scenery: [UInt8]
    private let view: SideView

    private static let sky = Color(40, 60, 88)
    private static let ground = Color(24, 32, 40)
    private static let rail = Color(72, 120, 168)
    private static let cart = Color(176, 128, 80)
    private static let pole = Color(240, 200, 96)

    /// Metres from the middle of the picture, which is that of the rail, to its borders: the cart leaves the rail's ends
    /// by up to 0.3 m.
    private static let reach = 2.4
    private static let groundHeight = -1.05
    /// The pole is drawn wider than it is, about three of 64 pixels: as thin as it is, a loss over pixels would hardly see
    /// it.
    private static let poleRadius = 0.11

    init(_ shape: ImageShape) {
        self.shape = shape
        view = SideView(shape, reach: Self.reach)
        var pixels = [UInt8](repeating: 0, count: shape.count)
        let reach = Self.reach
        view.fillBox(&pixels, x: -reach...reach, y: -reach...reach, Self.sky)
        view.fillBox(&pixels, x: -reach...reach, y: -reach...Self.groundHeight, Self.ground)
        scenery = pixels
    }

    func paint(_ physics: CartpolePhysics, on pixels: inout [UInt8]) {
        let (x, length) = (physics.position, CartpolePhysics.poleLength)
        view.fillBox(&pixels, x: -Self.reach...Self.reach, y: -0.02...0.02, Self.rail)
        view.fillBox(&pixels, x: x - 0.2...x + 0.2, y: -0.1...0.1, Self.cart)
        view.fillCapsule(
            &pixels, from: (x, 0), to: (x + length * sin(physics.angle), length * cos(physics.angle)),
            radius: Self.poleRadius, Self.pole)
    }
}
