import Experience
import Foundation
import NIOCore
import Numbers
import Replay
import TestSupport
import TrajectoryCodec

/// Trajectories in which every step can be told: step n of environment e shows e and n in its pixels.
enum Samples {
    static let shape = StepShape(image: ImageShape(height: 4, width: 4, channels: 1), actionCount: 2)

    /// Every tenth step starts an episode, the one before it is terminal.
    static func trajectory(
        environment: Int = 0, from firstStep: Int, steps: Int = Trajectory.usualSteps
    ) -> EncodedTrajectory {
        var trajectory = Trajectory(shape)
        for step in firstStep..<firstStep + steps {
            var flags: StepFlags = []
            if step % 10 == 0 { flags.insert(.first) }
            if step % 10 == 9 { flags.formUnion([.last, .terminal]) }
            trajectory.append(
                Observation(image: image(environment: environment, step: step), reward: Float(step), flags: flags),
                action: Action([Float(step), Float(environment)]), policyVersion: UInt64(step / 100))
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: environment, firstStep: UInt64(firstStep)))
    }

    static func image(environment: Int, step: Int) -> [UInt8] {
        var image = [UInt8](repeating: 7, count: shape.image.count)
        image[0] = UInt8(environment)
        for byte in 0..<4 { image[1 + byte] = UInt8(truncatingIfNeeded: step >> (8 * byte)) }
        return image
    }

    /// The step that `image` shows.
    static func step(in image: some Sequence<UInt8>) -> Int {
        image.dropFirst().prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// A trajectory of one step whose payload has `bytes` bytes that mean nothing.
    static func opaque(firstStep: Int = 0, steps: Int = 1, bytes: Int) -> EncodedTrajectory {
        EncodedTrajectory(
            header: TrajectoryHeader(
                position: StreamPosition(environment: 0, firstStep: UInt64(firstStep)), shape: shape, steps: steps,
                blocks: [bytes], checksum: 0),
            payload: ByteBuffer(bytes: (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ firstStep) }))
    }

    /// A trajectory of noise, whose payload has at least as many bytes as its images.
    static func noise(_ image: ImageShape = shape.image, from firstStep: Int = 0, steps: Int) -> EncodedTrajectory {
        var trajectory = Trajectory(StepShape(image: image, actionCount: shape.actionCount))
        var generator = SplitMix64(seed: UInt64(firstStep))
        for step in firstStep..<firstStep + steps {
            let pixels = (0..<image.count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            trajectory.append(
                Observation(image: pixels, reward: Float(step), flags: []), action: .none(shape.actionCount),
                policyVersion: 1)
        }
        return TrajectoryCoder.encode(
            trajectory, position: StreamPosition(environment: 0, firstStep: UInt64(firstStep)))
    }

    /// With a block of images that cannot be decompressed, and the checksum of that.
    static func damaged(_ trajectory: EncodedTrajectory) -> EncodedTrajectory {
        var (header, bytes) = (trajectory.header, Array(buffer: trajectory.payload))
        for index in bytes.indices.suffix(8) { bytes[index] = 0xFF }
        header.checksum = CRC32C.checksum(of: bytes)
        return EncodedTrajectory(header: header, payload: ByteBuffer(bytes: bytes))
    }

    static func incoming(
        _ sequence: Int, actor: String = "a", incarnation: UInt64 = 1, environment: Int = 0, steps: Int = 64
    ) -> IncomingTrajectory {
        IncomingTrajectory(
            key: TrajectoryKey(actor: actor, incarnation: incarnation, sequence: UInt64(sequence)),
            trajectory: trajectory(environment: environment, from: (sequence - 1) * steps, steps: steps))
    }

    static func store(_ directory: TemporaryDirectory, capacity: Int = 1_000_000) throws(ReplayError) -> ReplayStore {
        try ReplayStore(directory: directory.path, shape: shape, capacitySteps: capacity)
    }
}

extension ReplayBuffer {
    /// Returns when all are on disk.
    func insertAndWait(_ incoming: [IncomingTrajectory]) throws {
        for incoming in incoming {
            try insert(incoming.trajectory, key: incoming.key, staleness: incoming.staleness)
        }
        while statistics.queuedBytes > 0 { Thread.sleep(forTimeInterval: 0.001) }
    }

    /// Trajectories of two environments in turn, with odd lengths.
    func insert(twoEnvironments range: ClosedRange<Int>) throws {
        try insertAndWait(
            range.map { sequence in
                IncomingTrajectory(
                    key: TrajectoryKey(actor: "a", incarnation: 1, sequence: UInt64(sequence)),
                    trajectory: Samples.trajectory(
                        environment: sequence % 2, from: (sequence - 1) / 2 * 37, steps: 37))
            })
    }
}

/// Copies of what a batch holds.
extension SequenceBatch {
    var images: [UInt8] { withColumns { Array($0.images) } }
    var actions: [Float] { withColumns { Array($0.actions) } }
    var rewards: [Float] { withColumns { Array($0.rewards) } }
    var isFirst: [UInt8] { withColumns { Array($0.isFirst) } }
    var isTerminal: [UInt8] { withColumns { Array($0.isTerminal) } }
    var policyVersions: [UInt64] { withColumns { Array($0.policyVersions) } }
}
