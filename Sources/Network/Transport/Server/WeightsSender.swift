import NIOCore
import Wire

/// Sends the newest weights over one connection, chunk by chunk. A version that has begun is finished, or a slow actor
/// would never have a whole one; after it comes the newest, whatever lies between is skipped.
struct WeightsSender {
    private var newest: EncodedWeights?
    private var current: (weights: EncodedWeights, nextChunk: UInt32)?
    /// Version that was published last.
    private(set) var newestVersion: UInt64?
    /// Version that was sent last, complete.
    private(set) var sentVersion: UInt64?

    mutating func publish(_ weights: EncodedWeights) {
        newest = weights
        newestVersion = weights.offer.version
    }

    /// What to write next; nil while there is nothing. Called only while the connection takes bytes.
    mutating func next() -> (message: Message, payload: ByteBuffer?)? {
        guard let (weights, chunk) = current else { return begin() }
        let last = chunk + 1 >= weights.offer.chunkCount
        current = last ? nil : (weights, chunk + 1)
        if last { sentVersion = weights.offer.version }
        let message = WeightsChunk(version: weights.offer.version, index: chunk)
        return (.weightsChunk(message), weights.chunk(chunk))
    }

    private mutating func begin() -> (message: Message, payload: ByteBuffer?)? {
        guard let weights = newest else { return nil }
        newest = nil
        current = (weights, 0)
        return (.weightsOffer(weights.offer), nil)
    }
}
