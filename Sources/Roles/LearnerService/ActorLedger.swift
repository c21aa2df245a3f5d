import Threads
import Wire

/// What the learner knows of its actors. Used from the event loop and by who reports.
final class ActorLedger: Sendable {
    struct Actor: Sendable {
        var index: UInt32
        var isConnected = true
        var report: ActorReport?
        /// What earlier incarnations had stepped, so that a restart does not count backwards.
        var stepsBefore: UInt64 = 0
        var restarts = 0
    }

    struct State: Sendable {
        var actors: [String: Actor] = [:]
    }

    private let state = Monitor(State())

    /// Notes a (re)joining actor and returns its number in the run and how often it was there before.
    func join(_ name: String) -> (index: UInt32, restarts: Int) {
        state.withLock { state in
            if var actor = state.actors[name] {
                actor.isConnected = true
                actor.restarts += 1
                state.actors[name] = actor
                return (actor.index, actor.restarts)
            }
            let index = UInt32(state.actors.count)
            state.actors[name] = Actor(index: index)
            return (index, 0)
        }
    }

    /// The name of an actor that is connected, other than `name`.
    func connected(besides name: String) -> String? {
        state.read { $0.actors.first { $0.value.isConnected && $0.key != name }?.key }
    }

    func left(_ name: String) {
        state.withLock { $0.actors[name]?.isConnected = false }
    }

    func add(_ report: ActorReport, from name: String) {
        state.withLock { state in
            guard var actor = state.actors[name] else { return }
            if let last = actor.report, last.environmentSteps > report.environmentSteps {
                actor.stepsBefore += last.environmentSteps
            }
            actor.report = report
            state.actors[name] = actor
        }
    }

    var snapshot: State { state.read { $0 } }

    /// Waits until no actor is connected, but no longer than `timeout`.
    func waitUntilAllHaveLeft(timeout: Duration) async {
        // Nothing in there throws.
        try? await DedicatedThread.run("last actors", with: state) { state in
            _ = state.wait(until: .now + timeout) { $0.connected.isEmpty ? () : nil }
        }
    }
}

extension ActorLedger.State {
    var connected: [ActorLedger.Actor] { actors.values.filter(\.isConnected) }
}
