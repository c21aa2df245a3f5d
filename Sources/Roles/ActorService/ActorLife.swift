import Processes
import Synchronization

/// Where an actor stands between joining and leaving: what its tasks, its event loop and signals tell each other.
final class ActorLife: Sendable {
    private struct State {
        var hasJoined = false
        var isStopping = false
        var isLearnerStopping = false
    }

    private let state = Mutex(State())
    /// One word where no more is to be played.
    private let endings = AsyncStream.makeStream(of: Void.self)

    /// Notes that a learner has let the actor in.
    /// - Returns: false where it was asked to stop before.
    func join() -> Bool {
        state.withLock { state in
            state.hasJoined = !state.isStopping
            return state.hasJoined
        }
    }

    /// Notes that the actor is asked to stop.
    /// - Returns: whether there is something to hand over, or nobody yet to hand it to.
    func stop() -> Bool {
        endings.continuation.yield()
        return state.withLock { state in
            state.isStopping = true
            return state.hasJoined
        }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Notes that the learner takes no more, or that it is there again.
    func learner(isStopping: Bool) {
        state.withLock { $0.isLearnerStopping = isStopping }
    }

    var isLearnerStopping: Bool { state.withLock { $0.isLearnerStopping } }

    /// Notes that there will be no further connection.
    func disconnected() {
        endings.continuation.yield()
    }

    /// Waits for the end of playing, and then ends environments that do not answer for `patience`. Cancelled where they do.
    func endEnvironmentsThatHang(after patience: Duration) async {
        for await _ in endings.stream {
            guard (try? await Task.sleep(for: patience)) != nil else { return }
            ChildGroups.killAll()
        }
    }
}
