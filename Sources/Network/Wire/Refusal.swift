import CWireMessages

/// The learner's answer to a Hello that it does not accept.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: UInt32, Sendable {
        case unspecified = 0
        case protocolVersion = 1
        case token = 2
        case run = 3
        case name = 4
        case full = 5
        case draining = 6
        /// The run is complete.
        case finished = 7
    }

    public var code: Code
    /// One line for people: what is wrong and what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether trying again cannot help.
    public var isFinal: Bool {
        switch code {
        case .protocolVersion, .token, .run, .name, .finished: true
        case .unspecified, .full, .draining: false
        }
    }

    public var description: String { message }
}

extension Refusal: WireMessage {
    static let declaration = MessageDeclaration(.refusal, in: [.answer], bytes: 4 << 10)
    var wrapped: Message { .refusal(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Refusal>) -> Void { wire__refusal__init }

    func fill(_ packed: inout Wire__Refusal, _ arena: PackingArena) {
        packed.code = Wire__Refusal__Code(rawValue: code.rawValue)
        packed.message = arena.string(message)
    }

    /// A code from a later version reads as `unspecified`: its message still says what is wrong.
    init(_ packed: Wire__Refusal) throws(WireError) {
        self.init(Code(rawValue: packed.code.rawValue) ?? .unspecified, try Self.line(packed.message, "message"))
    }
}
