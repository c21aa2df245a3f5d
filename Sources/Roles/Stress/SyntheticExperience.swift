import Experience
import Numbers
import TrajectoryCodec

/// What the images of synthetic experience show.
public enum SyntheticPayload: String, Sendable, CaseIterable, Codable {
    /// A flat background with a square of 6×6 pixels that moves: compresses as simple games do.
    case game
    /// Random bytes: do not compress.
    case noise
    /// Nothing.
    case zeros
}

/// Trajectories of 64 steps of 64×64×3 pixels. The images are made in advance, so that making them is not what a stress
/// test measures; each trajectory carries its sequence number in the place of the policy's version.
struct SyntheticExperience: Sendable {
    static let shape = StepShape(image: ImageShape(height: 64, width: 64), actionCount: 6)
    static let steps = Trajectory.usualSteps
    /// Before compression.
    static let trajectoryBytes = steps * shape.stepBytes
    /// Different trajectories that follow each other over and over.
    static let variety = 8

    private let trajectories: [Trajectory]
    /// The same, compressed; empty where each is compressed when it is asked for.
    private let encoded: [EncodedTrajectory]

    init(_ payload: SyntheticPayload, seed: UInt64, isPrecompressed: Bool = false) {
        var random = SplitMix64(seed: seed)
        trajectories = (0..<Self.variety).map { _ in Self.trajectory(payload, &random) }
        encoded =
            isPrecompressed
            ? trajectories.map { TrajectoryCoder.encode($0, position: StreamPosition(environment: 0, firstStep: 0)) }
            : []
    }

    /// Trajectory number `sequence`, from 1, compressed now unless that was done in advance.
    func trajectory(_ sequence: UInt64) -> EncodedTrajectory {
        let index = Int(sequence % UInt64(Self.variety))
        let position = StreamPosition(environment: 0, firstStep: (sequence - 1) * UInt64(Self.steps))
        if !encoded.isEmpty {
            var header = encoded[index].header
            header.position = position
            return EncodedTrajectory(header: header, payload: encoded[index].payload)
        }
        var trajectory = trajectories[index]
        trajectory.policyVersions = [UInt64](repeating: sequence, count: Self.steps)
        return TrajectoryCoder.encode(trajectory, position: position)
    }

    private static func trajectory(_ payload: SyntheticPayload, _ random: inout SplitMix64) -> Trajectory {
        var trajectory = Trajectory(shape)
        let (row, column) = (random.next() % 58, random.next() % 58)
        for step in 0..<steps {
            let pixels =
                switch payload {
                case .game: square(top: Int(row) + 3 * step, left: Int(column) + 5 * step)
                case .noise: noise(&random)
                case .zeros: [UInt8](repeating: 0, count: shape.image.count)
                }
            trajectory.append(
                Observation(image: pixels, reward: step % 20 == 0 ? 1 : 0, flags: step == 0 ? .first : []),
                action: .oneHot(Int(random.next() % UInt64(shape.actionCount)), of: shape.actionCount), policyVersion: 0
            )
        }
        return trajectory
    }

    private static func square(top: Int, left: Int) -> [UInt8] {
        var pixels = [UInt8](repeating: 40, count: shape.image.count)
        let (top, left) = (top % (shape.image.height - 5), left % (shape.image.width - 5))
        for y in top..<top + 6 {
            for x in left..<left + 6 {
                for channel in 0..<shape.image.channels {
                    pixels[(y * shape.image.width + x) * shape.image.channels + channel] = 200
                }
            }
        }
        return pixels
    }

    private static func noise(_ random: inout SplitMix64) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: shape.image.count)
        pixels.withUnsafeMutableBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 8) {
                bytes.storeBytes(of: random.next(), toByteOffset: offset, as: UInt64.self)
            }
        }
        return pixels
    }
}
