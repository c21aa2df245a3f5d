import Experience
import Logging
import NIOCore
import TrajectoryCodec
import Wire
import WireSamples

/// A trajectory of `steps` steps of 8×8 noise.
func sample(steps: Int = 4) -> EncodedTrajectory {
    var trajectory = Trajectory(StepShape(image: ImageShape(height: 8, width: 8), actionCount: 2))
    for step in 0..<steps {
        trajectory.append(
            Observation(
                image: (0..<192).map { _ in .random(in: 0...255) }, reward: Float(step), flags: step == 0 ? .first : []),
            action: .oneHot(step % 2, of: 2), policyVersion: 1)
    }
    return TrajectoryCoder.encode(trajectory, position: StreamPosition(environment: 0, firstStep: 0))
}

func weights(_ version: UInt64, count: Int = 3) -> PolicyWeights {
    WireSamples.weights(version: version, [("w", [count, 1], [Float](repeating: Float(version), count: count))])
}

func frame(_ message: Message, payload: ByteBuffer = ByteBuffer()) -> [UInt8] {
    Array(buffer: FrameEncoder.head(message, payloadLength: payload.readableBytes)) + Array(buffer: payload)
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// For what `#expect` cannot look into: results of mutating calls and members of values that cannot be copied.
func holds(_ condition: Bool) -> Bool { condition }
