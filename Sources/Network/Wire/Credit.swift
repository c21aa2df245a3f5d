import CWireMessages

/// Room for further trajectories in decompressed bytes, added to what is left.
public struct Credit: Sendable, Equatable {
    public var bytes: UInt64

    public init(bytes: UInt64) {
        self.bytes = bytes
    }
}

extension Credit: WireMessage {
    static let declaration = MessageDeclaration(.credit, in: [.fromLearner], bytes: 1 << 10)
    var wrapped: Message { .credit(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Credit>) -> Void { wire__credit__init }

    func fill(_ packed: inout Wire__Credit, _ arena: PackingArena) {
        packed.bytes = bytes
    }

    init(_ packed: Wire__Credit) throws(WireError) {
        self.init(bytes: try Self.count(packed.bytes, "bytes"))
    }
}
