import Synchronization
import Transport

/// Tells the server what holds actors back: while training is behind, they are granted no credit; while storage has no
/// room, they are not read.
package final class FlowSwitch: Sendable {
    private let server: LearnerServer
    private let throttle: Mutex<Throttle>

    init(_ server: LearnerServer, maximumStaleness: UInt64?) {
        self.server = server
        throttle = Mutex(Throttle(maximumStaleness: maximumStaleness))
        change { _ in }
    }

    package func set(open: Bool) {
        change { $0.mayGrant = open }
    }

    /// Storage has room, or has none any more. Asked for while nobody else can change the answer's order.
    func room(_ hasRoom: () -> Bool) {
        change { $0.mayRead = hasRoom() }
    }

    private func change(_ body: (inout Throttle) -> Void) {
        throttle.withLock { throttle in
            body(&throttle)
            server.throttle(throttle)
        }
    }
}
