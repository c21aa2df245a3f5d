import NIOCore
import TrajectoryCodec
import Wire

/// Puts chunks together to weights; what comes out is complete and verified.
///
/// The bytes are in one place from the first chunk to the last: the decoder, which gets that place from `takeRoom`,
/// appends each chunk there and hands all of it back as the chunk's payload.
struct WeightsAssembler {
    /// Most bytes of one version.
    let maximum: Int
    private var offer: WeightsOffer?
    private var room: ByteBuffer?
    private var nextChunk: UInt32 = 0
    /// Bytes that are there, and their checksum.
    private var count = 0
    private var checksum: UInt32 = 0

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Weights are announced; what has not become complete before is dropped.
    mutating func begin(_ offer: WeightsOffer) throws(WireError) {
        guard offer.totalBytes <= maximum else {
            throw .weights("version \(offer.version) has \(offer.totalBytes) bytes, allowed are \(maximum)")
        }
        let size = UInt64(FrameLimits.weightsChunk)
        guard offer.totalBytes > 0, UInt64(offer.chunkCount) == (offer.totalBytes + size - 1) / size else {
            throw .weights("\(offer.chunkCount) chunks do not belong to \(offer.totalBytes) bytes")
        }
        self.offer = offer
        room = .exact(capacity: Int(offer.totalBytes))
        (nextChunk, count, checksum) = (0, 0, 0)
    }

    /// Where the next chunk is appended; nil while none is expected. It is given away once, so that it has one owner.
    mutating func takeRoom() -> ByteBuffer? {
        defer { room = nil }
        return room
    }

    /// The weights, when `chunk` was the last.
    /// - Parameter bytes: of all chunks up to this one.
    mutating func append(_ chunk: WeightsChunk, _ bytes: ByteBuffer) throws(WireError) -> PolicyWeights? {
        guard let offer, chunk.version == offer.version, chunk.index == nextChunk else {
            throw .weights("chunk \(chunk.index) of version \(chunk.version) was not expected")
        }
        let expected = min(Int(offer.totalBytes) - count, FrameLimits.weightsChunk)
        guard bytes.readableBytes == count + expected,
            let part = bytes.getSlice(at: bytes.readerIndex + count, length: expected)
        else {
            throw .weights("chunk \(chunk.index) has \(bytes.readableBytes - count) bytes")
        }
        checksum = part.checksum(continuing: checksum)
        count += expected
        nextChunk += 1
        guard nextChunk == offer.chunkCount else {
            room = bytes
            return nil
        }
        self.offer = nil
        return try weights(of: offer, bytes)
    }

    private func weights(of offer: WeightsOffer, _ bytes: ByteBuffer) throws(WireError) -> PolicyWeights {
        guard checksum == offer.checksum else { throw .weights("their checksum is wrong") }
        let weights = try PolicyWeights(received: bytes)
        guard weights.version == offer.version else {
            throw .weights("version \(weights.version) was offered as \(offer.version)")
        }
        return weights
    }
}
