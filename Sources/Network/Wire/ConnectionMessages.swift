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

/// The learner is about to stop: send no more trajectories, come back when the connection is closed.
public struct Drain: Sendable, Equatable {
    /// One line for people.
    public var reason: String

    public init(reason: String) {
        self.reason = reason
    }
}
