import Experience
import NIOCore
import Testing

@testable import TrajectoryCodec

@Suite struct TrajectoryCoderTests {
    let position = StreamPosition(environment: 2, firstStep: 640)

    @Test(arguments: [1, 15, 16, 17, 32, 64, 100], [true, false])
    func roundTrip(steps: Int, noisy: Bool) throws {
        let trajectory = sample(steps: steps, noisy: noisy)
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        #expect(encoded.header.blocks.count == 1 + (steps + 15) / 16)
        #expect(encoded.header.blocks.reduce(0, +) == encoded.byteCount)
        #expect(encoded.header.position == position)
        #expect(try TrajectoryCoder.decode(encoded) == trajectory)
    }

    @Test(arguments: [1, 16, 64], [ImageShape.none, ImageShape(height: 8, width: 6)])
    func roundTripOfNumbers(steps: Int, image: ImageShape) throws {
        let trajectory = sample(steps: steps, image: image, vector: 5)
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        #expect(encoded.header.blocks.count == (image == .none ? 1 : 1 + (steps + 15) / 16))
        #expect(try TrajectoryCoder.decode(encoded) == trajectory)
        #expect(
            try EncodedTrajectory(checking: encoded.header, payload: encoded.payload) == encoded)
    }

    /// Neighbouring numbers share their highest bytes only.
    @Test func slowlyChangingNumbersCompress() {
        var trajectory = Trajectory(StepShape(vectorCount: 8, actionCount: 1))
        for step in 0..<64 {
            let vector = (0..<8).map { Float($0 + 1) * (1 + Float(step) * 0.01372) }
            trajectory.append(
                Observation(vector: vector, reward: 0, flags: []), action: .none(1), policyVersion: 7)
        }
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        #expect(encoded.byteCount < 64 * 8 * 4 * 4 / 5)
    }

    /// A cache counts bytes: a payload must not hold more memory than that.
    @Test(arguments: [false, true]) func payloadsTakeNoMoreMemoryThanTheirBytes(noisy: Bool) {
        let payload = TrajectoryCoder.encode(sample(noisy: noisy), position: position).payload
        #expect(16 * payload.storageCapacity <= 17 * payload.readableBytes + 16)
    }

    @Test func columnsWithoutImages() throws {
        let trajectory = sample()
        let columns = try TrajectoryCoder.decodeColumns(of: TrajectoryCoder.encode(trajectory, position: position))
        #expect(columns.actions == trajectory.actions)
        #expect(columns.rewards == trajectory.rewards)
        #expect(columns.policyVersions == trajectory.policyVersions)
        #expect(columns.flags == trajectory.flags)
    }

    @Test func noBitOfANumberIsLost() throws {
        var trajectory = sample(steps: 4, actions: 1)
        trajectory.rewards = [.infinity, -0.0, .leastNonzeroMagnitude, Float(bitPattern: 0x7FC0_1234)]
        trajectory.policyVersions = [0, .max, 1, 1 << 63]
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        let columns = try TrajectoryCoder.decodeColumns(of: encoded)
        #expect(columns.rewards.map(\.bitPattern) == trajectory.rewards.map(\.bitPattern))
        #expect(columns.policyVersions == trajectory.policyVersions)
    }

    @Test func whatIsNotFiniteIsNamed() throws {
        func first(_ change: (inout Trajectory) -> Void) throws -> String? {
            var trajectory = sample(steps: 4, vector: 3, actions: 2)
            change(&trajectory)
            return try TrajectoryCoder.decodeColumns(of: TrajectoryCoder.encode(trajectory, position: position))
                .firstNotFinite
        }
        #expect(try first { _ in } == nil)
        #expect(try first { $0.rewards[2] = .nan } == "the reward of step 3 is nan")
        #expect(try first { $0.actions[5] = -.infinity } == "an action of step 3 is -inf")
        #expect(try first { $0.vectors[9] = .nan } == "an observed number of step 4 is nan")
    }

    @Test func everyRangeOfImages() throws {
        let trajectory = sample(steps: 37, image: ImageShape(height: 2, width: 2, channels: 1))
        let encoded = TrajectoryCoder.encode(trajectory, position: position)
        for first in 0...37 {
            for end in first...37 {
                var images = [UInt8](repeating: 0, count: (end - first) * 4)
                try images.withUnsafeMutableBytes {
                    try TrajectoryCoder.decodeImages(of: encoded, steps: first..<end, into: $0)
                }
                #expect(images == Array(trajectory.images[first * 4..<end * 4]))
            }
        }
    }

    @Test func onlyTheBlocksOfTheRangeAreRead() throws {
        let trajectory = sample(steps: 48)
        let whole = TrajectoryCoder.encode(trajectory, position: position)
        var payload = whole.payload
        for index in whole.header.blockRange(1) { payload.setInteger(UInt8.max, at: index) }
        let encoded = EncodedTrajectory(header: whole.header, payload: payload)
        var images = [UInt8](repeating: 0, count: 16 * trajectory.shape.image.count)
        try images.withUnsafeMutableBytes { try TrajectoryCoder.decodeImages(of: encoded, steps: 16..<32, into: $0) }
        #expect(
            images == Array(trajectory.images[16 * trajectory.shape.image.count..<32 * trajectory.shape.image.count]))
        #expect(throws: TrajectoryCodecError.block(1)) {
            try images.withUnsafeMutableBytes { try TrajectoryCoder.decodeImages(of: encoded, steps: 0..<16, into: $0) }
        }
    }

    @Test func noiseGrowsByLittleAndStillImagesShrink() {
        let noise = TrajectoryCoder.encode(sample(steps: 64), position: position)
        #expect(noise.byteCount < noise.header.decompressedBytes * 103 / 100 + 16 * 5)
        let still = TrajectoryCoder.encode(sample(steps: 64, noisy: false), position: position)
        #expect(still.byteCount < still.header.decompressedBytes / 4)
    }
}
