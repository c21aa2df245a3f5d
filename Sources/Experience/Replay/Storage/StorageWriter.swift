import Experience
import Foundation
import Threads

/// The thread that stores trajectories, many in one commit.
///
/// While one commit is being written, the next ones gather; nothing waits for company when the thread is idle. If SQLite
/// cannot write (a full disk), the thread keeps what it has, acknowledges nothing, and tries again. Whoever submits is to
/// stop while there is no room.
public final class StorageWriter: Sendable {
    public typealias Completion = @Sendable (Result<StorageOutcome, ReplayError>) -> Void

    public enum Status: Sendable, Equatable {
        case running
        /// Nothing can be stored at present; the reason is one line for the user.
        case blocked(reason: String)
        case closed
    }

    /// Most trajectories in one commit.
    public static let commitSize = 64

    private let store: ReplayStore
    private let queueBytes: Int
    private let onCommit: @Sendable (CommitResult, ArraySlice<IncomingTrajectory>) -> Void
    private let onStatus: @Sendable (Status) -> Void
    private let onRoom: @Sendable () -> Void
    private let shared: Monitor<Shared>

    private struct Shared {
        var waiting = Queue()
        /// Bytes that wait or are being written.
        var bytes = 0
        var isFull = false
        var meter = CommitMeter()
        var status = Status.running
        var isClosing = false
        var isFinished = false
    }

    /// Trajectories and what to call for each.
    private struct Queue {
        var trajectories: [IncomingTrajectory] = []
        var arrivals: [ContinuousClock.Instant] = []
        var completions: [Completion] = []
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - queueBytes: compressed bytes that may wait at a time, besides one trajectory.
    ///   - onCommit: called on the thread after each commit, before the completions of its trajectories.
    ///   - onStatus: called on the thread when writing fails and when it works again.
    ///   - onRoom: called on the thread when there is room again after there was none.
    public init(
        store: ReplayStore, queueBytes: Int,
        onCommit: @escaping @Sendable (CommitResult, ArraySlice<IncomingTrajectory>) -> Void = { _, _ in },
        onStatus: @escaping @Sendable (Status) -> Void = { _ in }, onRoom: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.queueBytes = queueBytes
        self.onCommit = onCommit
        self.onStatus = onStatus
        self.onRoom = onRoom
        shared = Monitor(Shared())
        let thread = Thread { self.run() }
        thread.name = "replay writer"
        thread.start()
    }

    public var status: Status { shared.read { $0.status } }

    /// What was committed so far.
    public var meter: CommitMeter { shared.read { $0.meter } }

    /// Whether more may be submitted: not from when as many bytes wait as allowed until half of them are stored.
    public var hasRoom: Bool { shared.read { !$0.isFull } }

    /// Compressed bytes that are not committed yet.
    public var queuedBytes: Int { shared.read { $0.bytes } }

    /// Hands over a trajectory to be stored; returns at once.
    ///
    /// - Parameter completion: called on the writer's thread once the trajectory is on disk, or with `.closed` or
    ///   `.storage` when the writer ends without having stored it. It must be quick.
    /// - Throws: `.closed` after `close()`; `completion` is then not called.
    public func submit(_ incoming: IncomingTrajectory, completion: @escaping Completion) throws(ReplayError) {
        try shared.withLock { shared throws(ReplayError) in
            guard !shared.isClosing else { throw ReplayError(.closed, "the replay is closed") }
            shared.bytes += incoming.bytes
            if shared.bytes >= queueBytes { shared.isFull = true }
            shared.waiting.trajectories.append(incoming)
            shared.waiting.arrivals.append(.now)
            shared.waiting.completions.append(completion)
        }
    }

    /// Stores what waits and ends the thread. What cannot be stored now is completed with the error.
    public func close() {
        shared.withLock { $0.isClosing = true }
        shared.wait { $0.isFinished ? () : nil }
    }

    private func run() {
        while let queue = nextQueue() {
            for start in stride(from: 0, to: queue.trajectories.count, by: Self.commitSize) {
                let part = start..<min(start + Self.commitSize, queue.trajectories.count)
                commit(queue.trajectories[part], queue.arrivals[part], queue.completions[part])
            }
        }
        shared.withLock {
            $0.status = .closed
            $0.isFinished = true
        }
    }

    /// All that waits; nil when the writer is closed and nothing is left.
    private func nextQueue() -> Queue? {
        shared.wait { shared -> Queue?? in
            if !shared.waiting.trajectories.isEmpty {
                defer { shared.waiting = Queue() }
                return shared.waiting
            }
            return shared.isClosing ? .some(nil) : nil
        }
    }

    private func commit(
        _ batch: ArraySlice<IncomingTrajectory>, _ arrivals: ArraySlice<ContinuousClock.Instant>,
        _ completions: ArraySlice<Completion>
    ) {
        let stored = storeUntilDone(Array(batch))
        if case .success(let result) = stored { onCommit(result, batch) }
        let (bytes, now) = (batch.reduce(0) { $0 + $1.bytes }, ContinuousClock.now)
        let hasRoomAgain = shared.withLock { shared in
            shared.bytes -= bytes
            if case .success = stored { shared.meter.add(arrivals.map { now - $0 }) }
            guard shared.isFull, shared.bytes <= queueBytes / 2 else { return false }
            shared.isFull = false
            return true
        }
        if hasRoomAgain { onRoom() }
        for (position, completion) in completions.enumerated() {
            completion(stored.map { $0.outcomes[position] })
        }
    }

    /// Tries until it works; a closing writer tries once more and gives up.
    private func storeUntilDone(_ batch: [IncomingTrajectory]) -> Result<CommitResult, ReplayError> {
        var backoff = Backoff(first: .milliseconds(100), maximum: .seconds(5))
        while true {
            let isLastTry = shared.read { $0.isClosing }
            do throws(ReplayError) {
                let result = try store.append(batch)
                report(.running)
                return .success(result)
            } catch {
                report(.blocked(reason: error.message))
                if isLastTry { return .failure(error) }
                _ = shared.wait(until: .now + backoff.next()) { $0.isClosing ? () : nil }
            }
        }
    }

    private func report(_ status: Status) {
        let isNews = shared.withLock { shared in
            defer { shared.status = status }
            return shared.status != status
        }
        if isNews { onStatus(status) }
    }
}
