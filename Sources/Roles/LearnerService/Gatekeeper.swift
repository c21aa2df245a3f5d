import Synchronization
import Transport

/// Keeps the gate: takes in what changes it, on any thread, and hands the server what comes of it.
final class Gatekeeper: Sendable {
    /// Held while the server is told, so that it hears of changes in their order.
    private let gate: Mutex<Gate>
    private let server: LearnerServer

    init(_ gate: Gate, server: LearnerServer) {
        self.gate = Mutex(gate)
        self.server = server
        server.throttle(gate.throttle)
    }

    var isComplete: Bool { gate.withLock { $0.isComplete } }

    func change(_ body: (inout Gate) -> Void) {
        gate.withLock { gate in
            let before = gate
            body(&gate)
            if gate.throttle != before.throttle { server.throttle(gate.throttle) }
            if gate.phase == .lastCall, before.phase != .lastCall { server.drain("the learner stops") }
            if gate.isComplete, !before.isComplete { server.drain("the run has all its \(gate.wantedSteps) steps") }
        }
    }
}
