import Diagnostics
import Replay
import Synchronization

/// Ends training from another thread, or has it save, after the step that is under way: all that `Trainer` shares.
final class TrainingStop: Sendable {
    private let isAsked = Atomic(false)
    private let isSaveAsked = Atomic(false)
    private let failure = Mutex<UserError?>(nil)
    private let limiter: RateLimiter
    private let sampler: BatchSampler

    /// - Parameters:
    ///   - limiter: what training may wait for.
    ///   - sampler: the same.
    init(limiter: RateLimiter, sampler: BatchSampler) {
        self.limiter = limiter
        self.sampler = sampler
    }

    /// Wakes training where it waits.
    func ask() {
        isAsked.store(true, ordering: .relaxed)
        limiter.close()
        sampler.cancel()
    }

    /// Wakes training because it would wait for ever.
    func giveUp(_ reason: UserError) {
        failure.withLock { $0 = reason }
        ask()
    }

    /// Why training was given up; nil where it was not.
    var reason: UserError? { failure.withLock { $0 } }

    /// Wants a checkpoint.
    func askToSave() {
        isSaveAsked.store(true, ordering: .relaxed)
    }

    /// Whether a checkpoint was wanted since the last call.
    func takeSaveRequest() -> Bool { isSaveAsked.exchange(false, ordering: .relaxed) }

    var wasAsked: Bool { isAsked.load(ordering: .relaxed) }

    /// What `wait` waits for; nil where training is to end meanwhile.
    func unlessAsked<Result>(_ wait: () throws(ReplayError) -> Result) throws(ReplayError) -> Result? {
        do throws(ReplayError) {
            return try wait()
        } catch {
            if error.code == .closed, wasAsked { return nil }
            throw error
        }
    }
}
