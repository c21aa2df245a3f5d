/// What holds actors back: one value for the whole server, set as a whole with `LearnerServer.throttle(_:)`.
public struct Throttle: Sendable, Equatable {
    /// Whether actors are granted credit. Without, they finish what they have credit for, then wait; once it is granted
    /// again, they get all that has become free.
    public var mayGrant: Bool
    /// Whether anything is read from admitted actors. What they send otherwise waits in their sockets, and then with them.
    public var mayRead: Bool
    /// Versions that the newest weights sent to an actor may be behind the newest published ones while it is granted
    /// credit; nil: any number.
    public var maximumStaleness: UInt64?

    public init(mayGrant: Bool = true, mayRead: Bool = true, maximumStaleness: UInt64? = nil) {
        self.mayGrant = mayGrant
        self.mayRead = mayRead
        self.maximumStaleness = maximumStaleness
    }

    /// Whether an actor that has been sent weights of version `sent` is granted credit when the newest are `newest`.
    ///
    /// - Parameters:
    ///   - sent: nil where none was sent completely.
    ///   - newest: nil where none was published.
    func mayGrant(sent: UInt64?, newest: UInt64?) -> Bool {
        guard mayGrant else { return false }
        guard let maximumStaleness, let newest else { return true }
        return newest - min(newest, sent ?? 0) <= maximumStaleness
    }
}
