import NIOCore
import Wire

/// Puts chunks together to weights; what comes out is complete and verified.
struct WeightsAssembler {
    /// Most bytes of one version.
    let maximum: Int
    private var offer: WeightsOffer?
    private var bytes = ByteBuffer()
    private var nextChunk: UInt32 = 0

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
        nextChunk = 0
        bytes = ByteBuffer()
    }

    /// The weights, when `chunk` was the last.
    mutating func append(_ chunk: WeightsChunk, _ payload: ByteBuffer) throws(WireError) -> PolicyWeights? {
        guard let offer, chunk.version == offer.version, chunk.index == nextChunk else {
            throw .weights("chunk \(chunk.index) of version \(chunk.version) was not expected")
        }
        let remaining = Int(offer.totalBytes) - bytes.readableBytes
        guard payload.readableBytes == min(remaining, FrameLimits.weightsChunk) else {
            throw .weights("chunk \(chunk.index) has \(payload.readableBytes) bytes")
        }
        var payload = payload
        bytes.writeBuffer(&payload)
        nextChunk += 1
        return nextChunk == offer.chunkCount ? try complete(offer) : nil
    }

    private mutating func complete(_ offer: WeightsOffer) throws(WireError) -> PolicyWeights {
        defer {
            self.offer = nil
            bytes = ByteBuffer()
        }
        guard bytes.checksum() == offer.checksum else { throw .weights("their checksum is wrong") }
        let weights = try PolicyWeights(encoded: bytes)
        guard weights.version == offer.version else {
            throw .weights("version \(weights.version) was offered as \(offer.version)")
        }
        return weights
    }
}
