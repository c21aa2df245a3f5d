import Experience
import NIOCore
import TrajectoryCodec
import Wire
import WireSamples

extension HostileInput {
    /// Inputs that are right, for a fuzzer to start from: one for each message and each door.
    public static let seeds: [[UInt8]] = {
        var seeds: [[UInt8]] = []
        for (number, message) in messages.enumerated() {
            let payload = message.type == .trajectory ? Array(buffer: trajectory.payload) : []
            let head = Array(buffer: FrameEncoder.head(message, payloadLength: payload.count))
            for door in [Door.toLearner, .toLearnerFromStranger, .toActor] {
                seeds.append([door.rawValue] + head + payload)
            }
            seeds.append([Door.message.rawValue, UInt8(number)] + head[20...])
        }
        seeds.append([Door.trajectory.rawValue] + trajectoryNumbers + Array(buffer: trajectory.payload))
        let weights = EncodedWeights(
            WireSamples.weights(version: 3, [("w", [2, 3], [1, 2, 3, 4, 5, 6])]), learnerGeneration: 1)
        seeds.append([Door.weights.rawValue] + Array(buffer: weights.chunk(0)))
        return seeds
    }()

    /// One of each, the trajectory's such that its payload fits.
    private static let messages: [Message] = WireSamples.messages.map { message in
        guard case .trajectory = message else { return message }
        return .trajectory(TrajectoryMessage(sequence: 1, header: trajectory.header))
    }

    private static let trajectory: EncodedTrajectory = {
        var trajectory = Trajectory(StepShape(image: ImageShape(height: 4, width: 4), actionCount: 2))
        for step in 0..<20 {
            let image = (0..<48).map { UInt8(truncatingIfNeeded: $0 / 7 * step) }
            trajectory.append(
                Observation(image: image, reward: Float(step), flags: step == 0 ? .first : []),
                action: .oneHot(step % 2, of: 2), policyVersion: UInt64(step))
        }
        return TrajectoryCoder.encode(trajectory, position: StreamPosition(environment: 0, firstStep: 0))
    }()

    /// The header as `readTrajectory` takes it.
    private static var trajectoryNumbers: [UInt8] {
        let header = trajectory.header
        var numbers = [header.shape.image.height, header.shape.image.width].flatMap(twoBytes)
        numbers += [UInt8(header.shape.image.channels), UInt8(header.shape.actionCount)]
        numbers += twoBytes(header.steps) + twoBytes(header.blocks.count)
        numbers += header.blocks.flatMap(twoBytes)
        return numbers + [UInt8](repeating: 0, count: 24 - numbers.count)
    }

    private static func twoBytes(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
    }
}
