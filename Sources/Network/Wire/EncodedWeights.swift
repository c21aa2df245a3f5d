import NIOCore
import TrajectoryCodec

/// One version of the weights in chunks, which all connections share.
public struct EncodedWeights: Sendable, Equatable {
    public let offer: WeightsOffer
    /// All chunks together.
    private let bytes: ByteBuffer

    public init(_ weights: PolicyWeights, learnerGeneration: UInt64) {
        bytes = weights.bytes
        let size = FrameLimits.weightsChunk
        offer = WeightsOffer(
            version: weights.version, totalBytes: UInt64(bytes.readableBytes),
            chunkCount: UInt32((bytes.readableBytes + size - 1) / size), checksum: bytes.checksum(),
            learnerGeneration: learnerGeneration)
    }

    /// Chunk `index` without copying it.
    public func chunk(_ index: UInt32) -> ByteBuffer {
        let start = Int(index) * FrameLimits.weightsChunk
        let length = min(FrameLimits.weightsChunk, bytes.readableBytes - start)
        guard let slice = bytes.getSlice(at: bytes.readerIndex + start, length: length) else {
            preconditionFailure("chunk \(index) of \(offer.chunkCount)")
        }
        return slice
    }
}
