import NIOCore

/// A timer of an event loop that follows a deadline which moves.
struct DeadlineTimer {
    private var scheduled: (deadline: NIODeadline, task: Scheduled<Void>)?

    /// Sees to it that `body` is called at `deadline` and not at the one before; nil: not at all.
    mutating func follow(_ deadline: NIODeadline?, on loop: any EventLoop, _ body: @escaping () -> Void) {
        guard deadline != scheduled?.deadline else { return }
        cancel()
        guard let deadline else { return }
        scheduled = (deadline, loop.assumeIsolated().scheduleTask(deadline: deadline, body))
    }

    mutating func cancel() {
        scheduled?.task.cancel()
        scheduled = nil
    }
}
