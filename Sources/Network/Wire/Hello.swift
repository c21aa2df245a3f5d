import CWireMessages
import NIOCore

/// The client's first message.
public struct Hello: Sendable, Equatable {
    /// What the client is to the learner.
    public enum Role: UInt32, Sendable {
        /// It plays and sends what happened.
        case actor = 1
        /// It plays the policies with fixed seeds, and sends no experience.
        case evaluator = 2
    }

    public var protocolVersion: UInt32
    public var role: Role
    /// Run to join; empty: whichever the learner runs.
    public var runID: String
    /// Shared secret; empty where the learner has none.
    public var token: String
    /// 1 to 64 of A–Z a–z 0–9 . _ -, unique in the run, kept over restarts.
    public var actor: String
    /// Random number drawn at each start of the actor's process.
    public var incarnation: UInt64
    /// Where the actor runs, for people.
    public var host: String
    public var process: UInt32
    /// Sequence number of the first trajectory that is not acknowledged yet, for people.
    public var nextSequence: UInt64

    public init(
        protocolVersion: UInt32 = Wire.protocolVersion, role: Role = .actor, runID: String = "", token: String = "",
        actor: String, incarnation: UInt64, host: String = "", process: UInt32 = 0, nextSequence: UInt64 = 1
    ) {
        self.protocolVersion = protocolVersion
        self.role = role
        self.runID = runID
        self.token = token
        self.actor = actor
        self.incarnation = incarnation
        self.host = host
        self.process = process
        self.nextSequence = nextSequence
    }

    /// Whether `name` can name an actor.
    public static func isActorName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension Hello: WireMessage {
    static let declaration = MessageDeclaration(.hello, in: [.opening], bytes: 64 << 10)
    var wrapped: Message { .hello(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Hello>) -> Void { wire__hello__init }

    func fill(_ packed: inout Wire__Hello, _ arena: PackingArena) {
        packed.protocol_version = protocolVersion
        packed.run_id = arena.string(runID)
        packed.token = arena.string(token)
        // An actor's lets a learner of version 1 say which version it speaks.
        packed.role = role.rawValue
        packed.actor = arena.string(actor)
        packed.incarnation = incarnation
        packed.host = arena.string(host)
        packed.process = process
        packed.next_sequence = nextSequence
    }

    /// Another version may mean anything by the other fields: of such a Hello only the version is looked at.
    init(packed bytes: ByteBuffer) throws(WireError) {
        let version = bytes.lastVarint(ofField: 1).map { UInt32(truncatingIfNeeded: $0) }
        guard version == nil || version == Wire.protocolVersion else {
            self.init(protocolVersion: version ?? 0, actor: "", incarnation: 0)
            return
        }
        try self.init(unpacking: bytes)
    }

    init(_ packed: Wire__Hello) throws(WireError) {
        self.init(
            protocolVersion: packed.protocol_version,
            role: Role(rawValue: packed.role) ?? .actor,
            runID: try Self.text(packed.run_id, "run_id"),
            token: try Self.text(packed.token, "token"),
            actor: try Self.text(packed.actor, "actor"),
            incarnation: packed.incarnation,
            host: try Self.line(packed.host, "host"),
            process: packed.process,
            nextSequence: packed.next_sequence)
    }
}
