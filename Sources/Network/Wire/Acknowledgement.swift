import CWireMessages

/// What became of trajectories. Each sequence number appears once, in one of the three lists.
public struct Acknowledgement: Sendable, Equatable {
    public struct Refused: Sendable, Equatable {
        public var sequence: UInt64
        /// One line for people.
        public var reason: String

        public init(sequence: UInt64, reason: String) {
            self.sequence = sequence
            self.reason = reason
        }
    }

    /// Committed to storage.
    public var stored: [UInt64]
    /// Had been stored before.
    public var duplicates: [UInt64]
    /// Will never be stored.
    public var refused: [Refused]

    public init(stored: [UInt64] = [], duplicates: [UInt64] = [], refused: [Refused] = []) {
        self.stored = stored
        self.duplicates = duplicates
        self.refused = refused
    }

    public var count: Int { stored.count + duplicates.count + refused.count }
}

extension Acknowledgement: WireMessage {
    static let declaration = MessageDeclaration(.acknowledgement, in: [.fromLearner], bytes: 1 << 20)
    var wrapped: Message { .acknowledgement(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Acknowledgement>) -> Void { wire__acknowledgement__init }

    func fill(_ packed: inout Wire__Acknowledgement, _ arena: PackingArena) {
        packed.stored = arena.array(stored)
        packed.n_stored = stored.count
        packed.duplicates = arena.array(duplicates)
        packed.n_duplicates = duplicates.count
        packed.refused = arena.messages(refused)
        packed.n_refused = refused.count
    }

    init(_ packed: Wire__Acknowledgement) throws(WireError) {
        self.init(
            stored: Self.list(packed.n_stored, packed.stored),
            duplicates: Self.list(packed.n_duplicates, packed.duplicates),
            refused: try Self.list(packed.n_refused, packed.refused, of: Refused.self))
    }
}

extension Acknowledgement.Refused: Packable {
    static var type: MessageType { .acknowledgement }
    static var initialize: (UnsafeMutablePointer<Wire__RefusedTrajectory>) -> Void { wire__refused_trajectory__init }

    func fill(_ packed: inout Wire__RefusedTrajectory, _ arena: PackingArena) {
        packed.sequence = sequence
        packed.reason = arena.string(reason)
    }

    init(_ packed: Wire__RefusedTrajectory) throws(WireError) {
        self.init(sequence: packed.sequence, reason: try Self.line(packed.reason, "reason"))
    }
}
