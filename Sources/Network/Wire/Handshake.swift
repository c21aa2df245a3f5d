/// The client's first message.
public struct Hello: Sendable, Equatable {
    public enum Role: UInt32, Sendable {
        case actor = 1
        /// Plays with fixed seeds and reports scores only.
        case evaluator = 2
    }

    public var protocolVersion: UInt32
    /// Run to join; empty: whichever the learner runs.
    public var runID: String
    /// Shared secret; empty where the learner has none.
    public var token: String
    public var role: Role
    /// 1 to 64 of A–Z a–z 0–9 . _ -, unique in the run, kept over restarts.
    public var actor: String
    /// Random number drawn at each start of the actor's process.
    public var incarnation: UInt64
    /// Where the actor runs, for people.
    public var host: String
    public var process: UInt32
    /// Sequence number of the first trajectory that is not acknowledged yet.
    public var nextSequence: UInt64

    public init(
        protocolVersion: UInt32 = Wire.protocolVersion, runID: String = "", token: String = "", role: Role = .actor,
        actor: String, incarnation: UInt64, host: String = "", process: UInt32 = 0, nextSequence: UInt64 = 1
    ) {
        self.protocolVersion = protocolVersion
        self.runID = runID
        self.token = token
        self.role = role
        self.actor = actor
        self.incarnation = incarnation
        self.host = host
        self.process = process
        self.nextSequence = nextSequence
    }

    /// Whether `name` can name an actor.
    public static func isActorName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

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
    /// All trajectories of this incarnation up to this sequence number are settled; 0: none.
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

/// The learner's answer to a Hello that it does not accept.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: UInt32, Sendable {
        case unspecified = 0
        case protocolVersion = 1
        case token = 2
        case run = 3
        case name = 4
        case full = 5
        case draining = 6
        case unavailable = 7
    }

    public var code: Code
    /// One line for people: what is wrong and what to do.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether trying again cannot help.
    public var isFinal: Bool {
        switch code {
        case .protocolVersion, .token, .run, .name: true
        case .unspecified, .full, .draining, .unavailable: false
        }
    }

    public var description: String { message }
}
