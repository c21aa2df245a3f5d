import AgentChoice
import Diagnostics
import Experience
import Pictures

/// The first episode of a play as an animation of what the policy sees.
package struct PlayFilm {
    /// Frames at most: 40 seconds.
    package static let longest = 600
    private static let hundredths = 7
    /// Side of the animation in pixels, about.
    private static let side = 192

    private let size: Int
    private let channels: Int
    private var frames: [[UInt8]] = []
    private var isOver = false

    /// - Throws: one line where the policy sees no images.
    package init(of agent: AgentConfiguration) throws(UserError) {
        try Requirement.check(agent.seesImages, "--gif: the policy sees no images, there is nothing to draw")
        (size, channels) = (agent.image, agent.channels)
    }

    /// Takes what the environment shows next; what comes after the episode is left out.
    package mutating func add(_ observation: Observation) {
        guard !isOver else { return }
        frames.append(observation.image)
        isOver = observation.flags.contains(.last) || frames.count == Self.longest
    }

    /// The file; the last frame is held for a moment.
    package func gif() -> [UInt8] {
        let pictures = frames.map {
            Picture(frame: $0, width: size, height: size, channels: channels).magnified(by: max(1, Self.side / size))
        }
        return GIF.encode(
            pictures, hundredths: frames.indices.map { $0 == frames.count - 1 ? 120 : Self.hundredths })
    }
}
