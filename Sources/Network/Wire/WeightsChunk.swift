import CWireMessages

/// One part of the weights; its bytes follow in the same frame.
public struct WeightsChunk: Sendable, Equatable {
    public var version: UInt64
    /// From 0.
    public var index: UInt32

    public init(version: UInt64, index: UInt32) {
        self.version = version
        self.index = index
    }
}

extension WeightsChunk: WireMessage {
    static let declaration = MessageDeclaration(
        .weightsChunk, in: [.fromLearner], bytes: 1 << 10, payload: FrameLimits.weightsChunk)
    var wrapped: Message { .weightsChunk(self) }
    static var initialize: (UnsafeMutablePointer<Wire__WeightsChunk>) -> Void { wire__weights_chunk__init }

    func fill(_ packed: inout Wire__WeightsChunk, _ arena: PackingArena) {
        packed.version = version
        packed.index = index
    }

    init(_ packed: Wire__WeightsChunk) {
        self.init(version: packed.version, index: packed.index)
    }
}
