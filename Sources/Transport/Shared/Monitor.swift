import Glibc
import NIOCore

/// State that threads may wait on: a mutex and a condition variable around it.
///
/// For threads of environments, which may block. Event loops use `withLock` only and never wait.
final class Monitor<State: Sendable>: @unchecked Sendable {
    // Safe: `state` is touched only while `mutex` is held; the two handles never move and are freed with the object.
    private var state: State
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(_ state: State) {
        self.state = state
        pthread_mutex_init(mutex, nil)
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

    /// Reads or changes the state, then wakes all threads that wait on it.
    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        return body(&state)
    }

    /// Blocks the calling thread until `body` returns a value, or nil once `deadline` has passed.
    func wait<Result>(until deadline: NIODeadline = .distantFuture, for body: (inout State) -> Result?) -> Result? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            guard NIODeadline.now() < deadline else { return nil }
            // NIODeadline counts the nanoseconds of the same monotonic clock.
            var time = timespec(
                tv_sec: Int(deadline.uptimeNanoseconds / 1_000_000_000),
                tv_nsec: Int(deadline.uptimeNanoseconds % 1_000_000_000))
            pthread_cond_timedwait(changed, mutex, &time)
        }
    }
}
