import Experience
import NIOCore
import Numbers
import Testing

@testable import TrajectoryCodec

@Suite struct DamageTests {
    let encoded = TrajectoryCoder.encode(sample(), position: StreamPosition(environment: 0, firstStep: 0))
    private var bytes: [UInt8] { Array(buffer: encoded.payload) }

    @Test func everyChangedByteIsNoticed() {
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            let trajectory = EncodedTrajectory(header: encoded.header, payload: ByteBuffer(bytes: damaged))
            #expect(throws: TrajectoryCodecError.self) { try TrajectoryCoder.decode(trajectory) }
        }
    }

    @Test func damageWithAFittingChecksumNeverCrashes() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0..<3 { damaged[random.below(damaged.count)] = UInt8(random.below(256)) }
            var header = encoded.header
            header.checksum = CRC32C.checksum(of: damaged)
            // Either outcome is right: what must not happen is a read or write outside the buffers.
            _ = try? TrajectoryCoder.decode(EncodedTrajectory(header: header, payload: ByteBuffer(bytes: damaged)))
        }
    }

    @Test func truncatedAndExtended() {
        #expect(throws: TrajectoryCodecError.payloadSize(expected: bytes.count, actual: bytes.count - 1)) {
            try EncodedTrajectory(checking: encoded.header, payload: ByteBuffer(bytes: bytes.dropLast()))
        }
        #expect(throws: TrajectoryCodecError.payloadSize(expected: bytes.count, actual: bytes.count + 1)) {
            try EncodedTrajectory(checking: encoded.header, payload: ByteBuffer(bytes: bytes + [0]))
        }
    }

    @Test func impossibleNumbers() {
        let fields: [(String, WritableKeyPath<TrajectoryHeader, Int>)] = [
            ("the number of steps", \.steps), ("the image's height", \.shape.image.height),
            ("the image's width", \.shape.image.width), ("the image's number of channels", \.shape.image.channels),
            ("the length of an action", \.shape.actionCount),
        ]
        for (field, path) in fields {
            for value in [0, -1, Int.min, Int.max, 1 << 62] {
                var header = encoded.header
                header[keyPath: path] = value
                #expect { try header.validate(.standard, payloadBytes: bytes.count) } throws: { error in
                    guard case .limit(field, value, _) = error as? TrajectoryCodecError else { return false }
                    return true
                }
            }
        }
    }

    @Test func whoShowsNothingIsRefused() throws {
        let numbers = TrajectoryCoder.encode(
            sample(image: .none, vector: 3), position: StreamPosition(environment: 0, firstStep: 0))
        try numbers.header.validate(.standard, payloadBytes: numbers.byteCount)
        for count in [0, -1, 1 << 17, .max] {
            var header = numbers.header
            header.shape.vectorCount = count
            #expect { try header.validate(.standard, payloadBytes: numbers.byteCount) } throws: { error in
                guard case .limit("the number of observed numbers", count, _) = error as? TrajectoryCodecError else {
                    return false
                }
                return true
            }
        }
    }

    @Test func bombsAreRefusedByTheirSize() {
        // 64 KiB of LZ4 can claim 16 MiB; the claim alone must be enough to refuse.
        var header = encoded.header
        header.shape.image = ImageShape(height: 512, width: 512, channels: 4)
        header.steps = 1024
        header.blocks = [Int](repeating: 100, count: 65)
        #expect { try header.validate(.standard, payloadBytes: 6500) } throws: { error in
            guard case .limit("the number of decompressed bytes", _, _) = error as? TrajectoryCodecError else {
                return false
            }
            return true
        }
    }

    @Test func aBlockThatIsLargerThanItsImagesIsRefused() {
        var header = encoded.header
        header.steps = 16
        header.shape.image = ImageShape(height: 1, width: 1, channels: 1)
        header.blocks = Array(encoded.header.blocks[..<2])
        // The images claim 16 bytes; the block holds 16 images of 144 bytes.
        let size = header.blocks.reduce(0, +)
        #expect(throws: TrajectoryCodecError.self) { try header.validate(.standard, payloadBytes: size) }
    }

    @Test func aBlockThatDecompressesToMoreThanItsSizeIsRefused() throws {
        let still = TrajectoryCoder.encode(sample(noisy: false), position: encoded.header.position)
        var header = still.header
        header.shape.image = ImageShape(height: 7, width: 6)
        let bomb = EncodedTrajectory(header: header, payload: still.payload)
        var images = [UInt8](repeating: 0, count: 16 * 126)
        #expect(throws: TrajectoryCodecError.block(1)) {
            try images.withUnsafeMutableBytes { try TrajectoryCoder.decodeImages(of: bomb, steps: 0..<16, into: $0) }
        }
    }

    @Test func wrongNumberOfBlocks() {
        for blocks in [[], [5], encoded.header.blocks + [1], encoded.header.blocks.map { _ in Int.max }] {
            var header = encoded.header
            header.blocks = blocks
            #expect(throws: TrajectoryCodecError.self) {
                try header.validate(.standard, payloadBytes: bytes.count)
            }
        }
    }
}
