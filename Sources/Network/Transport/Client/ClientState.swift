import NIOCore
import Wire

/// What the client's threads, tasks and event loop share, behind one `Monitor`.
struct ClientState: Sendable {
    enum Phase: Sendable {
        case running
        /// Submitting blocks no more and is refused; what was under way may still be handed in.
        case closing
        /// Nothing new is accepted; what is there is handed over.
        case finishing
        case ended(TransportError?)
    }

    /// Reports kept while there is no connection; the oldest go first.
    static let maximumReports = 256

    var phase = Phase.running
    var outbox: Outbox
    var reports = CircularBuffer<ActorReport>()
    var weights: LearnerClient.ReceivedWeights?
    var status = LearnerClient.Status()
    /// Whether a refused trajectory ends the client.
    var needsAll = false
    private var wasConnected = false

    init(outboxBytes: Int, nextSequence: UInt64 = 1) {
        outbox = Outbox(capacity: outboxBytes, nextSequence: nextSequence)
    }

    /// Whether a trajectory may be queued now. With a connection only a few wait for credit, so that an actor does not run
    /// ahead of the learner; without one the outbox fills up.
    func hasRoom(for bytes: Int) -> Bool {
        outbox.hasRoom(for: bytes) && !(status.isConnected && outbox.unsent >= Self.maximumWaiting)
    }

    /// Trajectories that wait for credit while there is a connection.
    static let maximumWaiting = 2

    var isEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    /// Whether a finishing client has nothing left to hand over.
    var isDone: Bool {
        if case .finishing = phase { outbox.isEmpty && reports.isEmpty } else { false }
    }

    /// Whether a finishing client has all acknowledged that it has sent, and no report: all that a learner takes which stops.
    var hasNothingUnderWay: Bool {
        if case .finishing = phase { outbox.unsent == outbox.count && reports.isEmpty } else { false }
    }

    mutating func add(_ report: ActorReport) {
        reports.append(report)
        if reports.count > Self.maximumReports {
            reports.removeFirst()
            status.droppedReports += 1
        }
    }

    /// The learner has let this client in: what was sent and not acknowledged is to be sent again.
    /// - Returns: what it has stored up to `sequence`.
    mutating func connected(settledThrough sequence: UInt64) -> [Outbox.Entry] {
        if wasConnected { status.reconnects += 1 }
        wasConnected = true
        status.isConnected = true
        return outbox.restart(settledThrough: sequence)
    }

    /// Drops what is acknowledged.
    /// - Returns: what is stored of that, and the first number that was not sent.
    mutating func settle(_ acknowledgement: Acknowledgement) -> (stored: [Outbox.Entry], unknown: UInt64?) {
        status.refused += acknowledgement.refused.count
        let kept = acknowledgement.stored + acknowledgement.duplicates
        let (entries, unknown) = outbox.settle(kept + acknowledgement.refused.map(\.sequence))
        return (Array(entries.prefix(kept.count)), unknown)
    }

    /// Nothing new is accepted from now on.
    mutating func finish() {
        switch phase {
        case .running, .closing: phase = .finishing
        case .finishing, .ended: break
        }
    }

    mutating func stop() {
        if !isEnded { phase = .ended(nil) }
    }

    /// Nobody wants any more what is here.
    mutating func dismiss() {
        outbox.removeAll()
        phase = .ended(nil)
    }
}

extension LearnerClient {
    /// How the client is doing, for people and metrics.
    public struct Status: Sendable, Equatable {
        public var isConnected = false
        /// Trajectories that are not acknowledged, and their compressed bytes.
        public var unacknowledged = 0
        public var unacknowledgedBytes = 0
        /// Admissions after the first.
        public var reconnects = 0
        /// Trajectories that the learner refused for good.
        public var refused = 0
        /// Reports dropped because there was no connection for too long.
        public var droppedReports = 0
    }

    /// Weights as they came from a learner.
    public struct ReceivedWeights: Sendable, Equatable {
        public var identity: WeightsIdentity
        public var policy: PolicyWeights
    }

    /// What happens to the connection.
    public enum Event: Sendable, Equatable {
        case connected(Welcome)
        /// With the reason in one line.
        case disconnected(String)
        /// The learner is about to stop: it takes no more until it is back.
        case draining(String)
        /// Trajectories that are committed, now or before.
        case stored([Receipt])
        /// A trajectory will never be stored, for a reason in one line.
        case refused(sequence: UInt64, reason: String)
        case weights(version: UInt64)
    }
}
