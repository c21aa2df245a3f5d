import NIOCore

/// A timer of an event loop that follows a deadline which moves.
struct DeadlineTimer {
    /// A loop takes all tasks that are due at once, and then runs them: one that is cancelled by another of them runs all
    /// the same.
    private final class Alarm {
        let deadline: NIODeadline
        var task: Scheduled<Void>?
        var isSet = true

        init(_ deadline: NIODeadline) {
            self.deadline = deadline
        }
    }

    private var alarm: Alarm?

    /// Sees to it that `body` is called at `deadline` and not at the one before; nil: not at all.
    mutating func follow(_ deadline: NIODeadline?, on loop: any EventLoop, _ body: @escaping () -> Void) {
        guard deadline != alarm?.deadline else { return }
        cancel()
        guard let deadline else { return }
        let alarm = Alarm(deadline)
        alarm.task = loop.assumeIsolated().scheduleTask(deadline: deadline) {
            if alarm.isSet { body() }
        }
        self.alarm = alarm
    }

    mutating func cancel() {
        alarm?.isSet = false
        alarm?.task?.cancel()
        alarm = nil
    }
}
