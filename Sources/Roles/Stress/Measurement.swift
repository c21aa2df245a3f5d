import Replay

/// What the learner of a stress test saw of itself.
public struct Measurement: Sendable {
    /// Connections when it began.
    public var connections = 0
    /// Seconds on the machine's monotonic clock between which experience was taken.
    public var start = 0.0
    public var end = 0.0
    /// Processor time of the learner without its sampling thread, and of that one, in seconds.
    public var processorSeconds = 0.0
    public var samplerSeconds = 0.0
    /// Memory in use, in bytes: before, every fifth of a second, at the end.
    public var residentBytes: [Int] = []
    /// Most compressed bytes that waited to be stored.
    public var queuedBytes = 0
    public var commits = CommitMeter()
    /// Sequences per second that were sampled meanwhile; nil where none were.
    public var sampledBeside: Double?
    public var samplingFailure: String?
}
