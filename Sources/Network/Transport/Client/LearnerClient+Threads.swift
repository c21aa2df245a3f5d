import NIOCore
import Threads
import TrajectoryCodec
import Wire

/// What the threads of environments call.
extension LearnerClient {
    /// Queues a trajectory for the learner. Blocks the calling thread while the outbox is full.
    /// - Throws: `TransportError` when the client finishes or has ended.
    public func submit(_ trajectory: EncodedTrajectory) throws(TransportError) {
        try shared.wait { shared throws(TransportError) -> Void? in
            guard case .running = shared.phase else { throw shared.error }
            guard shared.hasRoom(for: trajectory.byteCount) else { return nil }
            return shared.outbox.append(trajectory)
        }
        send()
    }

    /// Sequence number of what is submitted next.
    public var nextSequence: UInt64 { shared.read { $0.outbox.nextSequence } }

    /// Up to this sequence number everything that was submitted is acknowledged.
    public var acknowledgedThrough: UInt64 { shared.read { $0.outbox.firstUnacknowledged - 1 } }

    /// What is submitted next follows on `sequence`, and repeats what this incarnation has submitted after it: the learner gets
    /// what it does not have.
    public func submitAgain(after sequence: UInt64) {
        shared.withLock { $0.outbox.submitAgain(after: sequence) }
    }

    /// Sets the most payload bytes that are kept until they are acknowledged.
    public func setOutbox(bytes: Int) {
        shared.withLock { $0.outbox.capacity = bytes }
    }

    /// Ends the client with `.trajectoryRefused` where the learner refuses a trajectory: for who waits for what the learner
    /// makes of all of them.
    public func endWhenRefused() {
        shared.withLock { $0.needsAll = true }
    }

    /// Makes `submit` throw `.stopped` from now on, also where it is blocked; `finish` must follow.
    public func stopSubmitting() {
        shared.withLock { shared in
            if case .running = shared.phase { shared.phase = .closing }
        }
    }

    /// Queues what was under way when `submit` was stopped, however full the outbox is.
    public func submitLast(_ trajectory: EncodedTrajectory) {
        shared.withLock { shared in
            guard case .closing = shared.phase else { return }
            shared.outbox.append(trajectory)
        }
        send()
    }

    /// Whether `submit` still takes anything.
    public var isAccepting: Bool {
        shared.read { if case .running = $0.phase { true } else { false } }
    }

    /// The newest weights, if they are others than `known`.
    public func latestWeights(otherThan known: WeightsIdentity?) -> ReceivedWeights? {
        shared.read { $0.weights }.flatMap { $0.identity == known ? nil : $0 }
    }

    /// As `latestWeights`, but blocks the calling thread until there are such weights; nil after `timeout` or when the
    /// client accepts no more trajectories.
    public func waitForWeights(otherThan known: WeightsIdentity?, timeout: Duration) -> ReceivedWeights? {
        let deadline = ContinuousClock.now + timeout
        let result: ReceivedWeights?? = shared.wait(until: deadline) { shared in
            guard case .running = shared.phase else { return .some(nil) }
            return shared.weights.flatMap { $0.identity == known ? nil : .some($0) }
        }
        return result ?? nil
    }

    /// Sends a report, or keeps it until there is a connection.
    public func report(_ report: ActorReport) {
        let parts = report.parts
        shared.withLock { shared in
            for part in parts { shared.add(part) }
        }
        send()
    }

    public var status: Status {
        shared.read { shared in
            var status = shared.status
            status.unacknowledged = shared.outbox.count
            status.unacknowledgedBytes = shared.outbox.bytes
            return status
        }
    }
}

extension ClientState {
    /// Why nothing is accepted any more.
    fileprivate var error: TransportError {
        if case .ended(let error?) = phase { error } else { .stopped }
    }
}

extension ActorReport {
    /// The same in reports of at most `maximumEpisodes` episodes.
    fileprivate var parts: [ActorReport] {
        guard episodes.count > Self.maximumEpisodes else { return [self] }
        return stride(from: 0, to: episodes.count, by: Self.maximumEpisodes).map { start in
            var part = self
            part.episodes = Array(episodes[start..<min(start + Self.maximumEpisodes, episodes.count)])
            return part
        }
    }
}
