import Threads

/// A thread that exchanges what a training step is done with while the step goes on: one thing after the other, in the order in which it
/// was asked for, which is the same at every learner of a group.
final class ExchangeLine: Sendable {
    private struct Shared: Sendable {
        var jobs: [@Sendable () -> Void] = []
        var isBusy = false
        var isClosed = false
    }

    private let shared: Monitor<Shared>

    init() {
        let shared = Monitor(Shared())
        self.shared = shared
        ServiceThread.start("exchange") {
            while let job = Self.next(shared) {
                job()
                shared.withLock { $0.isBusy = false }
            }
        }
    }

    deinit { shared.withLock { $0.isClosed = true } }

    private static func next(_ shared: Monitor<Shared>) -> (@Sendable () -> Void)? {
        shared.wait { shared -> (@Sendable () -> Void)?? in
            if shared.jobs.isEmpty { return shared.isClosed ? .some(nil) : nil }
            shared.isBusy = true
            return shared.jobs.removeFirst()
        } ?? nil
    }

    func add(_ job: @escaping @Sendable () -> Void) { shared.withLock { $0.jobs.append(job) } }

    /// Waits until all that was asked for is done.
    func settle() { shared.wait { $0.jobs.isEmpty && !$0.isBusy ? () : nil } }
}
