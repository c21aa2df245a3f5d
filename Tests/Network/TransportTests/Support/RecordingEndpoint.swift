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
        var pending: [Pending] = []
        var reports: [ActorReport] = []
        var joined: [Hello] = []
        var left: [String] = []
    }

    struct Pending: Sendable {
        var key: TrajectoryKey
        var complete: @Sendable (StorageOutcome) -> Void
    }

    let state = Monitor(State())
    let completesAtOnce: Bool
    /// Trajectories that it has room for.
    let room = Monitor(Int.max)
    let creditBytes: Int

    init(completesAtOnce: Bool = true, creditBytes: Int = 1 << 20) {
        self.completesAtOnce = completesAtOnce
        self.creditBytes = creditBytes
    }

    func join(_ hello: Hello) throws(Refusal) -> Admission {
        let through = state.withLock { state in
            state.joined.append(hello)
            return state.stored.filter { $0.actor == hello.actor && $0.incarnation == hello.incarnation }
                .map(\.sequence).max() ?? 0
        }
        return Admission(
            actorIndex: 3, configuration: "size: nano\n", seed: 7, creditBytes: creditBytes, storedThrough: through)
    }

    func receive(
        _ trajectory: EncodedTrajectory, key: TrajectoryKey, completion: @escaping @Sendable (StorageOutcome) -> Void
    ) {
        state.withLock { state in
            state.keys.append(key)
            state.trajectories.append(trajectory)
            state.pending.append(Pending(key: key, complete: completion))
        }
        if completesAtOnce { completeAll() }
    }

    var hasRoom: Bool { state.withLock { $0.keys.count } < room.read { $0 } }

    func receive(_ report: ActorReport, from actor: String) {
        state.withLock { $0.reports.append(report) }
    }

    func left(_ actor: String, incarnation: UInt64, reason: String) {
        state.withLock { $0.left.append(reason) }
    }

    /// Commits all that waits.
    func completeAll() {
        let done = state.withLock { state in
            defer { state.pending = [] }
            return state.pending.map { pending -> (Pending, StorageOutcome) in
                let isNew = state.stored.insert(pending.key).inserted
                if !isNew { state.duplicates += 1 }
                return (pending, isNew ? .stored : .duplicate)
            }
        }
        for (pending, outcome) in done { pending.complete(outcome) }
    }
}
