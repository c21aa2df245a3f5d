import Experience
import Threads
import TrajectoryCodec
import Wire

@testable import Transport

/// A storage that a test controls: what arrives is recorded and committed at once or when the test says so.
final class RecordingEndpoint: LearnerEndpoint {
    struct State: Sendable {
        var keys: [TrajectoryKey] = []
        var trajectories: [EncodedTrajectory] = []
        var stored: Set<TrajectoryKey> = []
        var duplicates = 0
        var pending: [TrajectoryKey] = []
        var reports: [ActorReport] = []
        var joined: [Hello] = []
        var left: [String] = []
        /// Called with the number of trajectories so far when one has arrived, before the endpoint returns.
        var received: (@Sendable (Int) -> Void)?
    }

    let state = Monitor(State())
    let completesAtOnce: Bool
    let creditBytes: Int
    let configuration: String

    init(completesAtOnce: Bool = true, creditBytes: Int = 1 << 20, configuration: String = "size: nano\n") {
        self.completesAtOnce = completesAtOnce
        self.creditBytes = creditBytes
        self.configuration = configuration
    }

    func join(_ hello: Hello) throws(Refusal) -> Admission {
        let through = state.withLock { state in
            state.joined.append(hello)
            return state.stored.filter { $0.actor == hello.actor && $0.incarnation == hello.incarnation }
                .map(\.sequence).max() ?? 0
        }
        return Admission(
            actorIndex: 3, configuration: configuration, seed: 7, creditBytes: creditBytes, storedThrough: through)
    }

    func receive(_ trajectory: EncodedTrajectory, key: TrajectoryKey) -> Settlement.Outcome? {
        state.withLock { state in
            state.keys.append(key)
            state.trajectories.append(trajectory)
            state.received?(state.keys.count)
            if completesAtOnce { return state.commit(key) }
            state.pending.append(key)
            return nil
        }
    }

    func receive(_ report: ActorReport, from actor: String) {
        state.withLock { $0.reports.append(report) }
    }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        state.withLock { $0.left.append(reason) }
    }

    /// Commits all that waits.
    func commit() -> [Settlement] {
        state.withLock { state in
            defer { state.pending = [] }
            return state.pending.map { Settlement(key: $0, outcome: state.commit($0)) }
        }
    }
}

extension RecordingEndpoint.State {
    fileprivate mutating func commit(_ key: TrajectoryKey) -> Settlement.Outcome {
        let isNew = stored.insert(key).inserted
        if !isNew { duplicates += 1 }
        return isNew ? .stored : .duplicate
    }
}
