/// A message of the protocol. Its conformance is the one place that says what the message is on the wire; `Message` lists
/// all of them.
protocol WireMessage: Packable {
    static var declaration: MessageDeclaration { get }
    /// This message as one of all.
    var wrapped: Message { get }
}

/// What a receiver knows of a message before it reads it.
struct MessageDeclaration {
    let type: MessageType
    /// Where in a conversation the message may stand.
    let places: Set<MessagePlace>
    /// Most bytes of the protobuf message.
    let bytes: Int
    /// Most bytes of the payload that follows it.
    let payload: Int

    init(_ type: MessageType, in places: Set<MessagePlace>, bytes: Int, payload: Int = 0) {
        self.type = type
        self.places = places
        self.bytes = bytes
        self.payload = payload
    }
}

/// A place in a conversation, from the view of who receives.
enum MessagePlace {
    /// The actor's first message.
    case opening
    /// The learner's answer to it.
    case answer
    /// Whatever an admitted actor sends.
    case fromActor
    /// Whatever the learner sends to an admitted actor.
    case fromLearner
}

extension WireMessage {
    static var type: MessageType { declaration.type }
}
