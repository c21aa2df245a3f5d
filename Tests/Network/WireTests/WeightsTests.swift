import NIOCore
import Numbers
import Testing
import TrajectoryCodec
import WireSamples

@testable import Wire

@Suite struct WeightsTests {
    let weights = WireSamples.weights(
        version: 12,
        [
            ("encoder.0.weight", [3, 40_000], (0..<120_000).map { Float($0) / 3 }), ("scale", [], [2.5]),
            ("nothing", [0, 5], []),
        ])

    @Test func chunksTogetherAreTheWeights() throws {
        let encoded = EncodedWeights(weights, learnerGeneration: 4)
        #expect(encoded.offer.version == 12)
        #expect(encoded.offer.learnerGeneration == 4)
        #expect(encoded.offer.chunkCount == 2)
        var bytes = ByteBuffer()
        for index in 0..<encoded.offer.chunkCount {
            var chunk = encoded.chunk(index)
            #expect(chunk.readableBytes <= FrameLimits.weightsChunk)
            bytes.writeBuffer(&chunk)
        }
        #expect(UInt64(bytes.readableBytes) == encoded.offer.totalBytes)
        #expect(bytes.checksum() == encoded.offer.checksum)
        let received = try PolicyWeights(received: bytes)
        #expect(received == weights)
        #expect(received.layout.fingerprint == weights.layout.fingerprint)
        #expect(received.layout.tensors.map(\.name) == ["encoder.0.weight", "scale", "nothing"])
        #expect(received.layout.tensors.map(\.shape) == [[3, 40_000], [], [0, 5]])
        #expect(received.layout.tensors.map(\.offset) == [0, 480_000, 480_004])
        #expect(received.withValues { $0.loadUnaligned(fromByteOffset: 480_000, as: Float.self) } == 2.5)
    }

    /// Half the bytes, each value the nearest of eight significant bits.
    @Test func weightsMayTravelRounded() throws {
        let tensors: [(String, [Int], [Float])] = [
            ("w", [1, 3], [1, 1 + 1 / 256, -1.01]), ("b", [1, 2], [3e38, .infinity]),
        ]
        let exact = WireSamples.weights(version: 7, tensors)
        let sent = WireSamples.weights(version: 7, tensors, precision: .bfloat16)
        // Heads differ in offsets of the tensors and in a few bytes at most.
        #expect(abs(exact.bytes.readableBytes - sent.bytes.readableBytes - 10) <= 2)
        let received = try PolicyWeights(received: sent.bytes)
        #expect(received == sent && received.layout == exact.layout && received.precision == .bfloat16)
        let values = received.withValues { Array($0.bindMemory(to: Float.self)) }
        // A tie goes to the even one.
        #expect(values[..<3] == [1, 1, -1.0078125] && abs(values[3] - 3e38) < 3e38 / 256 && values[4] == .infinity)
    }

    @Test(arguments: [Precision.float32, .bfloat16])
    func damagedWeightsAreRefusedWithoutACrash(precision: Precision) {
        let small = WireSamples.weights(version: 1, [("w", [2, 3], [1, 2, 3, 4, 5, 6])], precision: precision)
        let bytes = Array(buffer: small.bytes)
        for length in bytes.indices {
            #expect(throws: WireError.self) { try PolicyWeights(received: ByteBuffer(bytes: bytes[..<length])) }
        }
        #expect(throws: WireError.self) { try PolicyWeights(received: ByteBuffer(bytes: bytes + [0])) }
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                _ = try? PolicyWeights(received: ByteBuffer(bytes: damaged))
            }
        }
    }
}
