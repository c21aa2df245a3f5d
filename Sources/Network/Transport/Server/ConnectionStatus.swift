/// One actor's connection.
public struct ConnectionStatus: Sendable, Equatable {
    public var actor: String
    public var incarnation: UInt64
    /// Decompressed bytes that the actor may still send.
    public var credit: Int
    /// Newest version of the weights that was sent completely.
    public var weightsVersion: UInt64?
    /// Seconds from a heartbeat to its answer, the last time; nil before the first.
    public var latency: Double?
}
