import CWireMessages

/// The last message before its sender closes the connection.
public struct Goodbye: Sendable, Equatable {
    public enum Reason: UInt32, Sendable {
        case unspecified = 0
        /// From an actor: it has nothing more to send and everything is acknowledged. From the learner: the run is complete,
        /// do not come back.
        case finished = 1
        /// A newer connection uses the same actor name.
        case replaced = 2
        /// The other side broke the protocol.
        case violation = 3
        /// The sender stops.
        case shutdown = 4
    }

    public var reason: Reason
    /// One line for people.
    public var message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

extension Goodbye: WireMessage {
    static let declaration = MessageDeclaration(.goodbye, in: [.fromActor, .fromLearner], bytes: 4 << 10)
    var wrapped: Message { .goodbye(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Goodbye>) -> Void { wire__goodbye__init }

    func fill(_ packed: inout Wire__Goodbye, _ arena: PackingArena) {
        packed.reason = Wire__Goodbye__Reason(rawValue: reason.rawValue)
        packed.message = arena.string(message)
    }

    /// A reason from a later version reads as `unspecified`: its message still says why.
    init(_ packed: Wire__Goodbye) throws(WireError) {
        self.init(Reason(rawValue: packed.reason.rawValue) ?? .unspecified, try Self.line(packed.message, "message"))
    }
}
