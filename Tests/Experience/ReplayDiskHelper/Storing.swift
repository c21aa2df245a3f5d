import DiskAttacks
import Experience
import Replay
import Synchronization
import Threads

/// An open replay and its writer. What is acknowledged is noted in the recording before anybody else hears of it.
final class Storing: Sendable {
    private struct State {
        var submitted = 0
        var settled = 0
        var wasBlocked = false
    }

    private let store: ReplayStore
    private let writer: StorageWriter
    private let state: Progress

    /// What the writer's thread tells.
    private final class Progress: Sendable {
        let state = Monitor(State())
    }

    init(_ directory: String) throws {
        store = try AttackedReplay.open(directory)
        let progress = Progress()
        state = progress
        writer = StorageWriter(
            store: store, queueBytes: 8 << 20,
            report: { event in
                switch event {
                case .settled(let settled, _):
                    for trajectory in settled { DiskCalls.note(Promises.stored(trajectory.key.sequence)) }
                    progress.state.withLock { $0.settled += settled.count }
                case .writing(.blocked): progress.state.withLock { $0.wasBlocked = true }
                default: break
                }
            })
    }

    /// - Parameter limit: most trajectories that are under way at a time.
    func submit(_ sequence: Int, limit: Int = .max) throws {
        state.state.wait { $0.submitted - $0.settled < limit ? () : nil }
        state.state.withLock { $0.submitted += 1 }
        try writer.submit(AttackedReplay.incoming(sequence))
    }

    /// Returns when all that was submitted is acknowledged; false where that takes longer than half a minute.
    func settle() -> Bool {
        state.state.wait(until: .now + .seconds(30)) { $0.settled == $0.submitted ? () : nil } != nil
    }

    /// Returns when storing has failed, or all that was submitted is acknowledged.
    func blockOrSettle() {
        _ = state.state.wait(until: .now + .seconds(30)) { $0.wasBlocked || $0.settled == $0.submitted ? () : nil }
    }

    func close() throws {
        writer.close()
        try store.close()
    }
}
