import NIOCore
import TrajectoryCodec

extension LearnerServer {
    /// The run that a server lets actors into, and the learner's start.
    public struct Identity: Sendable, Equatable {
        public var runID: String
        /// Rises by one at each start of the learner.
        public var generation: UInt64

        public init(runID: String, generation: UInt64) {
            self.runID = runID
            self.generation = generation
        }
    }

    public struct Configuration: Sendable {
        /// Address to listen on; loopback unless set.
        public var host: String
        /// 0: any free port.
        public var port: Int
        /// Certificates of the learner; nil: connections are not encrypted.
        public var tls: TLSFiles?
        /// Shared secret; empty: none.
        public var token: String
        public var trajectories: TrajectoryLimits
        /// Most compressed bytes of one trajectory.
        public var maximumPayload: Int
        public var heartbeat: Duration
        /// Time from the connection's start to a complete Hello.
        public var handshakeTimeout: Duration
        public var maximumConnections: Int
        /// Bytes that frames may take of which only a part has arrived, over all connections.
        public var frameMemory: Int

        public init(
            host: String = "127.0.0.1", port: Int, tls: TLSFiles? = nil, token: String,
            trajectories: TrajectoryLimits = .standard, maximumPayload: Int = TrajectoryLimits.standard.payloadBytes,
            heartbeat: Duration = .seconds(5), handshakeTimeout: Duration = .seconds(10),
            maximumConnections: Int = 1024, frameMemory: Int = 256 << 20
        ) {
            self.host = host
            self.port = port
            self.tls = tls
            self.token = token
            self.trajectories = trajectories
            self.maximumPayload = maximumPayload
            self.heartbeat = heartbeat
            self.handshakeTimeout = handshakeTimeout
            self.maximumConnections = maximumConnections
            self.frameMemory = frameMemory
        }
    }
}
