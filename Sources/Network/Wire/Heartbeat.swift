import CWireMessages

/// A sign of life, or the answer to one.
public struct Heartbeat: Sendable, Equatable {
    /// The asking side's monotonic clock; a reply repeats it.
    public var nanoseconds: UInt64
    public var isReply: Bool

    public init(nanoseconds: UInt64, isReply: Bool = false) {
        self.nanoseconds = nanoseconds
        self.isReply = isReply
    }
}

extension Heartbeat: WireMessage {
    static let declaration = MessageDeclaration(.heartbeat, in: [.fromActor, .fromLearner], bytes: 1 << 10)
    var wrapped: Message { .heartbeat(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Heartbeat>) -> Void { wire__heartbeat__init }

    func fill(_ packed: inout Wire__Heartbeat, _ arena: PackingArena) {
        packed.nanoseconds = nanoseconds
        packed.is_reply = isReply ? 1 : 0
    }

    init(_ packed: Wire__Heartbeat) {
        self.init(nanoseconds: packed.nanoseconds, isReply: packed.is_reply != 0)
    }
}
