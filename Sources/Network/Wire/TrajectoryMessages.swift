import TrajectoryCodec

/// A trajectory as a message; its payload follows in the same frame.
public struct TrajectoryMessage: Sendable, Equatable {
    public var sequence: UInt64
    public var header: TrajectoryHeader

    public init(sequence: UInt64, header: TrajectoryHeader) {
        self.sequence = sequence
        self.header = header
    }
}

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

/// Room for further payload bytes, added to what is left.
public struct Credit: Sendable, Equatable {
    public var bytes: UInt64

    public init(bytes: UInt64) {
        self.bytes = bytes
    }
}
