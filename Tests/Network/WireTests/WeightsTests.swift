import NIOCore
import Testing

@testable import Wire

@Suite struct WeightsTests {
    let weights = PolicyWeights(
        version: 12,
        tensors: [
            .init(name: "encoder.0.weight", shape: [3, 40_000], values: (0..<120_000).map { Float($0) / 3 }),
            .init(name: "scale", shape: [], values: [2.5]),
            .init(name: "nothing", shape: [0, 5], values: []),
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
        #expect(try PolicyWeights(encoded: bytes) == weights)
    }

    @Test func damagedWeightsAreRefusedWithoutACrash() {
        let small = PolicyWeights(version: 1, tensors: [.init(name: "w", shape: [2, 3], values: [1, 2, 3, 4, 5, 6])])
        let bytes = Array(buffer: small.encoded())
        for length in bytes.indices {
            #expect(throws: WireError.self) { try PolicyWeights(encoded: ByteBuffer(bytes: bytes[..<length])) }
        }
        #expect(throws: WireError.self) { try PolicyWeights(encoded: ByteBuffer(bytes: bytes + [0])) }
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                _ = try? PolicyWeights(encoded: ByteBuffer(bytes: damaged))
            }
        }
    }
}
