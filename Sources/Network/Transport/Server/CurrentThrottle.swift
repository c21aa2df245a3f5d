import Synchronization

/// The throttle in force. Any thread sets it, and the event loop reads it at each decision, so that what closes during a
/// call of the endpoint is closed when the call returns.
final class CurrentThrottle: Sendable {
    private let throttle = Mutex(Throttle())

    var value: Throttle { throttle.withLock { $0 } }

    func set(_ new: Throttle) {
        throttle.withLock { $0 = new }
    }
}
