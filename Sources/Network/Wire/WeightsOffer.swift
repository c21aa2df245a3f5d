import CWireMessages

/// Announces the chunks of one version; replaces an earlier offer that is not complete.
public struct WeightsOffer: Sendable, Equatable {
    public var version: UInt64
    /// Bytes of all chunks together.
    public var totalBytes: UInt64
    public var chunkCount: UInt32
    /// CRC-32C of all chunks together.
    public var checksum: UInt32
    public var learnerGeneration: UInt64

    public init(version: UInt64, totalBytes: UInt64, chunkCount: UInt32, checksum: UInt32, learnerGeneration: UInt64) {
        self.version = version
        self.totalBytes = totalBytes
        self.chunkCount = chunkCount
        self.checksum = checksum
        self.learnerGeneration = learnerGeneration
    }
}

extension WeightsOffer: WireMessage {
    static let declaration = MessageDeclaration(.weightsOffer, in: [.fromLearner], bytes: 1 << 10)
    var wrapped: Message { .weightsOffer(self) }
    static var initialize: (UnsafeMutablePointer<Wire__WeightsOffer>) -> Void { wire__weights_offer__init }

    func fill(_ packed: inout Wire__WeightsOffer, _ arena: PackingArena) {
        packed.version = version
        packed.total_bytes = totalBytes
        packed.chunk_count = chunkCount
        packed.checksum = checksum
        packed.learner_generation = learnerGeneration
    }

    init(_ packed: Wire__WeightsOffer) throws(WireError) {
        self.init(
            version: try Self.count(packed.version, "version"),
            totalBytes: try Self.count(packed.total_bytes, "total_bytes"), chunkCount: packed.chunk_count,
            checksum: packed.checksum,
            learnerGeneration: try Self.count(packed.learner_generation, "learner_generation"))
    }
}
