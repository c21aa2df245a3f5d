import CWireMessages

/// The learner is about to stop: send no more trajectories, come back when the connection is closed.
public struct Drain: Sendable, Equatable {
    /// One line for people.
    public var reason: String

    public init(reason: String) {
        self.reason = reason
    }
}

extension Drain: WireMessage {
    static let declaration = MessageDeclaration(.drain, in: [.fromLearner], bytes: 4 << 10)
    var wrapped: Message { .drain(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Drain>) -> Void { wire__drain__init }

    func fill(_ packed: inout Wire__Drain, _ arena: PackingArena) {
        packed.reason = arena.string(reason)
    }

    init(_ packed: Wire__Drain) throws(WireError) {
        self.init(reason: try Self.line(packed.reason, "reason"))
    }
}
