/// The figures of a stress test. Times are in seconds, sizes in bytes, rates per second.
public struct StressReport: Sendable, Codable {
    public struct Plan: Sendable, Codable {
        public var actors: Int
        public var connections: Int
        public var payload: SyntheticPayload
        public var window: Int
        public var isPrecompressed: Bool
    }

    /// 50th and 99th percentile and maximum.
    public struct Latency: Sendable, Codable {
        public var p50: Double
        public var p99: Double
        public var maximum: Double
    }

    public struct Weights: Sendable, Codable {
        /// Of one copy.
        public var bytes: Int
        /// How often they were encoded for all connections together.
        public var encodings: Int
        public var encodingSeconds: Double
        /// Connections that were open and read nothing meanwhile.
        public var stalled: Int
        /// Until every other connection had them; nil where not all had them in time.
        public var seconds: Double?
    }

    public var plan: Plan
    public var seconds: Double
    /// Trajectories whose acknowledgement had reached their actor within the time.
    public var acknowledged: Int
    public var acknowledgedPerSecond: Double
    /// Of those, before and after compression.
    public var rawBytesPerSecond: Double
    public var wireBytesPerSecond: Double
    /// Processor seconds for 10⁹ raw bytes.
    public var learnerSecondsPerGigabyte: Double
    public var actorSecondsPerGigabyte: Double
    /// From sending to the acknowledgement, as actors see it.
    public var acknowledgement: Latency
    /// From the last byte's arrival at the learner to the commit.
    public var storing: Latency
    public var trajectoriesPerCommit: Double
    public var residentFirst: Int
    /// At most in the second quarter of the time, when caches and buffers have their sizes.
    public var residentWarm: Int
    public var residentMaximum: Int
    public var residentLast: Int
    /// Most compressed bytes that waited for a commit.
    public var queuedMaximum: Int
    /// Sequences of 64 steps sampled and decompressed, while experience came in and after it.
    public var sampledPerSecondBeside: Double?
    public var sampledPerSecondAlone: Double?
    public var weights: Weights?
    public var reconnects: Int
    public var refused: Int
    /// Bytes of events that the dashboard's reader has got; nil where there was none.
    public var dashboardBytes: Int?
    public var verification: ReceiptCheck
    /// What is wrong with this test; empty where nothing is.
    public var failures: [String] = []
}
