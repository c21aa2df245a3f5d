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
    public static let beforeAdmission = FrameLimits(byType: [.hello: Limit(message: 64 << 10)])

    /// What a learner accepts from an actor.
    /// - Parameter payload: most bytes of a trajectory, compressed.
    public static func fromActor(payload: Int) -> FrameLimits {
        FrameLimits(byType: [
            .trajectory: Limit(message: 64 << 10, payload: payload), .report: Limit(message: 64 << 10),
            .heartbeat: Limit(message: 1 << 10), .goodbye: Limit(message: 4 << 10),
        ])
    }

    /// What an actor accepts before it is admitted.
    public static let answers = FrameLimits(byType: [
        .welcome: Limit(message: 64 << 10), .refusal: Limit(message: 4 << 10),
    ])

    /// What an actor accepts from the learner.
    public static let fromLearner = FrameLimits(byType: [
        .acknowledgement: Limit(message: 1 << 20), .credit: Limit(message: 1 << 10),
        .weightsOffer: Limit(message: 1 << 10), .weightsChunk: Limit(message: 1 << 10, payload: weightsChunk),
        .heartbeat: Limit(message: 1 << 10), .drain: Limit(message: 4 << 10), .goodbye: Limit(message: 4 << 10),
    ])
}
