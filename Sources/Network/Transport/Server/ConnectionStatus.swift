/// One actor's connection, for people and metrics.
public struct ConnectionStatus: Sendable, Equatable {
    public var actor: String
    public var incarnation: UInt64
    public var host: String
    public var process: UInt32
    /// Trajectories received over this connection.
    public var trajectories: Int
    /// Compressed bytes of them.
    public var bytes: Int
    /// Trajectories that are not stored yet.
    public var unsettled: Int
    /// Payload bytes that the actor may still send.
    public var credit: Int
    /// Newest version of the weights that was sent completely.
    public var weightsVersion: UInt64?
    /// Time of the last heartbeat there and back, in milliseconds.
    public var roundTripMilliseconds: Double?
}
