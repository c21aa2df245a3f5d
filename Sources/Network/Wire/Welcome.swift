import CWireMessages

/// The learner's answer to a Hello that it accepts.
public struct Welcome: Sendable, Equatable {
    public var protocolVersion: UInt32
    public var runID: String
    /// Rises by one at each start of the learner.
    public var learnerGeneration: UInt64
    /// Number of this actor in the run, from 0.
    public var actorIndex: UInt32
    /// Configuration of the whole run, YAML.
    public var configuration: String
    /// Seed of this actor's random numbers.
    public var seed: UInt64
    /// Decompressed bytes of trajectories that may be under way without having been granted again.
    public var creditBytes: UInt64
    /// All trajectories of this incarnation up to this sequence number are, or were, stored; 0: none.
    public var storedThrough: UInt64
    /// Time between heartbeats; a peer silent for three of them is gone.
    public var heartbeatMilliseconds: UInt32

    public init(
        protocolVersion: UInt32 = Wire.protocolVersion, runID: String, learnerGeneration: UInt64, actorIndex: UInt32,
        configuration: String, seed: UInt64, creditBytes: UInt64, storedThrough: UInt64, heartbeatMilliseconds: UInt32
    ) {
        self.protocolVersion = protocolVersion
        self.runID = runID
        self.learnerGeneration = learnerGeneration
        self.actorIndex = actorIndex
        self.configuration = configuration
        self.seed = seed
        self.creditBytes = creditBytes
        self.storedThrough = storedThrough
        self.heartbeatMilliseconds = heartbeatMilliseconds
    }
}

extension Welcome: WireMessage {
    static let declaration = MessageDeclaration(.welcome, in: [.answer], bytes: 64 << 10)
    var wrapped: Message { .welcome(self) }
    static var initialize: (UnsafeMutablePointer<Wire__Welcome>) -> Void { wire__welcome__init }

    func fill(_ packed: inout Wire__Welcome, _ arena: PackingArena) {
        packed.protocol_version = protocolVersion
        packed.run_id = arena.string(runID)
        packed.learner_generation = learnerGeneration
        packed.actor_index = actorIndex
        packed.configuration = arena.string(configuration)
        packed.seed = seed
        packed.credit_bytes = creditBytes
        packed.stored_through = storedThrough
        packed.heartbeat_milliseconds = heartbeatMilliseconds
    }

    init(_ packed: Wire__Welcome) throws(WireError) {
        self.init(
            protocolVersion: packed.protocol_version,
            runID: try Self.name(packed.run_id, "run_id"),
            learnerGeneration: try Self.count(packed.learner_generation, "learner_generation"),
            actorIndex: packed.actor_index,
            configuration: try Self.name(
                packed.configuration, "configuration", maximum: 64 << 10, isText: true),
            seed: packed.seed,
            creditBytes: try Self.count(packed.credit_bytes, "credit_bytes"),
            storedThrough: try Self.count(packed.stored_through, "stored_through"),
            heartbeatMilliseconds: packed.heartbeat_milliseconds)
    }
}
