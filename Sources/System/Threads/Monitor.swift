import Glibc

/// A state that one thread at a time may touch, and on whose changes others wait: a mutex and a condition variable.
///
/// For threads that may block. Event loops and tasks use `read` and `withLock` only. Nothing called inside may use the
/// same monitor again.
public final class Monitor<State>: @unchecked Sendable {
    // Safe: `state` is touched only while `mutex` is held; the two handles never move and are freed with the object.
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init(_ state: sending State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
        // Waits must not depend on somebody setting the clock.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    public func read<Result, Failure: Error>(_ body: (State) throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(state)
    }

    /// Changes the state and wakes all who wait for it.
    public func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { wakeAndUnlock() }
        return try body(&state)
    }

    /// Waits until `body` returns a value; `body` may change the state when it does.
    public func wait<Result, Failure: Error>(
        for body: (inout State) throws(Failure) -> Result?
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { wakeAndUnlock() }
        while true {
            if let result = try body(&state) { return result }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// The same, but nil once `deadline` has passed.
    public func wait<Result, Failure: Error>(
        until deadline: ContinuousClock.Instant, for body: (inout State) throws(Failure) -> Result?
    ) throws(Failure) -> Result? {
        var time = Self.monotonic(deadline)
        pthread_mutex_lock(mutex)
        defer { wakeAndUnlock() }
        while true {
            if let result = try body(&state) { return result }
            if pthread_cond_timedwait(changed, mutex, &time) == ETIMEDOUT { return try body(&state) }
        }
    }

    private func wakeAndUnlock() {
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// The instant on the clock that the condition variable waits by.
    private static func monotonic(_ deadline: ContinuousClock.Instant) -> timespec {
        let left = max(.zero, deadline - .now).components
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = time.tv_nsec + Int(left.attoseconds / 1_000_000_000)
        // Centuries are as good as forever, and do not overflow.
        time.tv_sec += Int(min(left.seconds, 1 << 32)) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
