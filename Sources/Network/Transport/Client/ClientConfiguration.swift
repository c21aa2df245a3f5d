import Glibc
import NIOCore
import Wire

extension LearnerClient {
    public struct Configuration: Sendable {
        /// Names in it are looked up again at each attempt.
        public var learner: LearnerPlace
        /// Certificates of this client; nil: the connection is not encrypted. Read again at each attempt.
        public var tls: TLSFiles?
        public var token: String
        public var role: Hello.Role
        /// Run to join; empty: whichever the learner runs.
        public var runID: String
        /// 1 to 64 of A–Z a–z 0–9 . _ -, unique in the run, kept over restarts.
        public var actor: String
        /// Drawn anew at each start of the process that does not go on where another one stood.
        public var incarnation: UInt64
        /// Sequence number of the first trajectory that this incarnation has not submitted.
        public var nextSequence: UInt64 = 1
        /// Where the actor runs, for people.
        public var hostName: String
        public var process: UInt32
        /// Most payload bytes kept until they are acknowledged.
        public var outboxBytes: Int
        public var firstBackoff: Duration
        public var maximumBackoff: Duration
        /// Time for connecting, and again for the answer to Hello.
        public var handshakeTimeout: Duration
        /// Most bytes of one version of the weights.
        public var maximumWeights: Int

        public init(
            learner: LearnerPlace, tls: TLSFiles? = nil, token: String = "", role: Hello.Role = .actor,
            runID: String = "", actor: String,
            incarnation: UInt64 = .random(in: 1 ... .max), hostName: String = "", process: UInt32 = UInt32(getpid()),
            outboxBytes: Int = 64 << 20, firstBackoff: Duration = .milliseconds(100),
            maximumBackoff: Duration = .seconds(10), handshakeTimeout: Duration = .seconds(10),
            maximumWeights: Int = 1 << 30
        ) {
            self.learner = learner
            self.tls = tls
            self.token = token
            self.role = role
            self.runID = runID
            self.actor = actor
            self.incarnation = incarnation
            self.hostName = hostName
            self.process = process
            self.outboxBytes = outboxBytes
            self.firstBackoff = firstBackoff
            self.maximumBackoff = maximumBackoff
            self.handshakeTimeout = handshakeTimeout
            self.maximumWeights = maximumWeights
        }
    }
}
