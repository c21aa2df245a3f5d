/// Which messages are accepted and how long they may be. What is not listed is refused by its header alone.
public struct FrameLimits: Sendable, Equatable {
    struct Limit: Sendable, Equatable {
        /// Most bytes of the protobuf message.
        var message: Int
        /// Most bytes of the payload.
        var payload = 0
    }

    var byType: [MessageType: Limit]

    /// Most bytes of one chunk of weights.
    public static let weightsChunk = 256 << 10

    /// What a learner accepts before it has admitted a client.
    public static let beforeAdmission = FrameLimits(at: .opening)

    /// What a learner accepts from an actor.
    /// - Parameter payload: most bytes of a trajectory, compressed.
    public static func fromActor(payload: Int) -> FrameLimits { FrameLimits(at: .fromActor, payload: payload) }

    /// What an actor accepts before it is admitted.
    public static let answers = FrameLimits(at: .answer)

    /// What an actor accepts from the learner.
    public static let fromLearner = FrameLimits(at: .fromLearner)
}

extension FrameLimits {
    /// The messages that are declared for a place.
    /// - Parameter payload: where that is less than what is declared.
    private init(at place: MessagePlace, payload: Int = .max) {
        let declarations = MessageType.allCases.map { $0.declared.declaration }.filter { $0.places.contains(place) }
        byType = Dictionary(
            uniqueKeysWithValues: declarations.map {
                ($0.type, Limit(message: $0.bytes, payload: min($0.payload, payload)))
            })
    }
}
