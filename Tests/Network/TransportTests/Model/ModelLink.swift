import NIOCore
import Wire

@testable import Transport

/// One connection: the state machines of both sides, and what is under way between them, one element for each flush.
final class ModelLink {
    var client: ClientConnectionState
    var server: ServerConnectionState
    /// To the learner and to the actor.
    var up: [ModelBytes] = []
    var down: [ModelBytes] = []
    var isClientOpen = true
    var isServerOpen = true { didSet { hasAnsweredAll = true } }
    /// Nothing follows what is under way to the actor.
    var hasAnsweredAll = false
    private var unflushedUp = ModelBytes()
    private var unflushedDown = ModelBytes()

    init(client: consuming ClientConnectionState, server: consuming ServerConnectionState) {
        self.client = client
        self.server = server
    }

    func write(up message: Message, _ payload: ByteBuffer?) { unflushedUp.add(message, payload) }
    func write(down message: Message, _ payload: ByteBuffer?) { unflushedDown.add(message, payload) }

    func flushUp() {
        up.append(unflushedUp)
        unflushedUp = ModelBytes()
    }

    func flushDown() {
        down.append(unflushedDown)
        unflushedDown = ModelBytes()
    }

    /// All that decides what can happen to this connection.
    var fingerprint: String {
        let labels = { (bytes: [ModelBytes]) in bytes.map(\.label).joined(separator: "/") }
        let phases = "\(client.phase) \(client.window.available) \(server.phase)"
        let ends = "\(isClientOpen) \(hasAnsweredAll) \(isServerOpen) \(phases)"
        return "\(ends) \(String(describing: server.member)) ↑\(labels(up)) ↓\(labels(down))"
    }
}

/// Frames that are under way.
struct ModelBytes {
    private(set) var bytes = ByteBuffer()
    /// Tells them from others.
    private(set) var label = ""

    mutating func add(_ message: Message, _ payload: ByteBuffer?) {
        bytes.writeBytes(frame(message, payload: payload ?? ByteBuffer()))
        label += Self.label(message) + " "
    }

    private static func label(_ message: Message) -> String {
        switch message {
        case .trajectory(let message): "t\(message.sequence)"
        case .acknowledgement(let message): "a\(message.stored)\(message.duplicates)"
        case .credit(let credit): "c\(credit.bytes)"
        case .hello(let hello): "h\(hello.incarnation)"
        case .welcome(let welcome): "w\(welcome.storedThrough)"
        default: "\(message.type)"
        }
    }
}
