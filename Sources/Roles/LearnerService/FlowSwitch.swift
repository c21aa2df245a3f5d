import Synchronization
import Transport

/// Passes the limiter's word on to the server, which exists later than the limiter: while training is behind, actors
/// are granted no credit.
final class FlowSwitch: Sendable {
    private struct State: Sendable {
        var open = true
        var server: LearnerServer?
    }

    private let state = Mutex(State())

    func set(open: Bool) {
        state.withLock { state in
            state.open = open
            state.server?.setFlow(open: open)
        }
    }

    /// The storage has room again.
    func resume() {
        state.withLock { $0.server?.resume() }
    }

    func connect(to server: LearnerServer) {
        state.withLock { state in
            state.server = server
            server.setFlow(open: state.open)
        }
    }
}
