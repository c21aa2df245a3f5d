import NIOCore
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

    @Test func damagedWeightsAreRefusedWithoutACrash() {
        let small = WireSamples.weights(version: 1, [("w", [2, 3], [1, 2, 3, 4, 5, 6])])
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
