import DequeModule
import Experience
import Foundation
import Threads
import TrajectoryCodec

/// The thread that stores trajectories, many in one commit, and refuses those that nobody could decompress.
///
/// While one commit is being written, the next ones gather; nothing waits for company when the thread is idle. If SQLite
/// cannot write (a full disk), the thread keeps what it has, settles nothing, and tries again. Whoever submits is to stop
/// while the queue is full.
public final class StorageWriter: Sendable {
    /// Most trajectories in one commit.
    public static let commitSize = 64

    private let store: ReplayStore
    private let queueBytes: Int
    private let onCommit: @Sendable (CommitResult, [IncomingTrajectory]) -> Void
    private let report: @Sendable (ReplayEvent) -> Void
    private let isFull: ChangeReport<Bool>
    private let writing: ChangeReport<StorageStatus>
    private let shared: Monitor<Shared>

    private struct Shared {
        var queue: Deque<Waiting> = []
        /// Bytes that wait or are being written.
        var bytes = 0
        var isFull = false
        var meter = CommitMeter()
        var duplicates = 0
        var status = StorageStatus.working
        var isClosing = false
        var isFinished = false
    }

    private struct Waiting {
        var incoming: IncomingTrajectory
        var arrival: ContinuousClock.Instant
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - queueBytes: compressed bytes that may wait at a time, besides one trajectory.
    ///   - onCommit: makes a commit visible to samplers; called on the thread before anybody hears of the commit.
    ///   - report: hears what is settled, of the queue, and of trouble; called on the thread, and of a queue that is full
    ///     on the submitting one.
    public init(
        store: ReplayStore, queueBytes: Int,
        onCommit: @escaping @Sendable (CommitResult, [IncomingTrajectory]) -> Void = { _, _ in },
        report: @escaping @Sendable (ReplayEvent) -> Void = { _ in }
    ) {
        self.store = store
        self.queueBytes = queueBytes
        self.onCommit = onCommit
        self.report = report
        isFull = ChangeReport(false) { report(.queue(isFull: $0)) }
        writing = ChangeReport(.working) { report(.writing($0)) }
        shared = Monitor(Shared())
        ServiceThread.start("replay writer") { self.run() }
    }

    public var status: StorageStatus { shared.read { $0.status } }

    /// What was committed so far.
    public var meter: CommitMeter { shared.read { $0.meter } }

    /// Trajectories that had been stored before.
    public var duplicates: Int { shared.read { $0.duplicates } }

    /// Compressed bytes that are not committed yet.
    public var queuedBytes: Int { shared.read { $0.bytes } }

    /// Hands over a trajectory to be stored; returns at once.
    ///
    /// - Throws: `.closed` after `close()`.
    public func submit(_ incoming: IncomingTrajectory) throws(ReplayError) {
        try shared.withLock { shared throws(ReplayError) in
            guard !shared.isClosing else { throw ReplayError(.closed, "the replay is closed") }
            shared.bytes += incoming.bytes
            if shared.bytes >= queueBytes { shared.isFull = true }
            shared.queue.append(Waiting(incoming: incoming, arrival: .now))
        }
        reportQueue()
    }

    /// Stores what waits and ends the thread. What cannot be stored now is settled by nobody: it will be sent again.
    public func close() {
        shared.withLock { $0.isClosing = true }
        shared.wait { $0.isFinished ? () : nil }
    }

    private func run() {
        while let batch = nextBatch() { commit(batch) }
        shared.withLock { $0.isFinished = true }
    }

    /// What waits longest; nil when the writer is closed and nothing is left.
    private func nextBatch() -> [Waiting]? {
        shared.wait { shared -> [Waiting]?? in
            guard !shared.queue.isEmpty else { return shared.isClosing ? .some(nil) : nil }
            let batch = Array(shared.queue.prefix(Self.commitSize))
            shared.queue.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ batch: [Waiting]) {
        var (sound, settled) = Self.judge(batch)
        let incoming = sound.map(\.incoming)
        let result = sound.isEmpty ? nil : storeUntilDone(incoming)
        if let result { onCommit(result, incoming) }
        let (bytes, now) = (batch.reduce(0) { $0 + $1.incoming.bytes }, ContinuousClock.now)
        shared.withLock { shared in
            shared.bytes -= bytes
            if shared.bytes <= queueBytes / 2 { shared.isFull = false }
            guard let result else { return }
            shared.meter.add(sound.map { now - $0.arrival })
            shared.duplicates += result.outcomes.count { $0 == .duplicate }
        }
        reportQueue()
        if let result {
            settled += zip(incoming, result.outcomes).map { SettledTrajectory(key: $0.key, outcome: $1) }
        }
        guard !settled.isEmpty else { return }
        report(.settled(settled, insertedSteps: store.totals.insertedSteps))
    }

    /// Whatever is acknowledged can be read: the trajectories of which each block decompresses, and those that are refused.
    private static func judge(_ batch: [Waiting]) -> (sound: [Waiting], refused: [SettledTrajectory]) {
        var (sound, refused): ([Waiting], [SettledTrajectory]) = ([], [])
        sound.reserveCapacity(batch.count)
        for waiting in batch {
            do throws(TrajectoryCodecError) {
                try waiting.incoming.trajectory.verifyBlocks()
                sound.append(waiting)
            } catch {
                refused.append(SettledTrajectory(key: waiting.incoming.key, outcome: .refused("\(error)")))
            }
        }
        return (sound, refused)
    }

    /// Full from when as many bytes wait as allowed until half of them are stored.
    private func reportQueue() {
        isFull.update { shared.read { $0.isFull } }
    }

    /// Tries until it works; a closing writer tries once more and gives up, with nil, as does one whose database is damaged.
    private func storeUntilDone(_ batch: [IncomingTrajectory]) -> CommitResult? {
        var backoff = Backoff(first: .milliseconds(100), maximum: .seconds(5))
        while true {
            let isLastTry = shared.read { $0.isClosing }
            do throws(ReplayError) {
                let result = try store.append(batch)
                note(.working)
                return result
            } catch {
                note(error.code == .damaged ? .failed(error) : .blocked(reason: error.message))
                if isLastTry || error.code == .damaged { return nil }
                _ = shared.wait(until: .now + backoff.next()) { $0.isClosing ? () : nil }
            }
        }
    }

    private func note(_ status: StorageStatus) {
        shared.withLock { $0.status = status }
        writing.update { status }
    }
}
