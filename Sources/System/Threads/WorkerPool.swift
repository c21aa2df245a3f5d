/// Threads that share the parts of a job with the one that has it. Parts are handed out under a lock: each should be worth
/// some ten microseconds.
public final class WorkerPool: Sendable {
    private struct Job {
        let count: Int
        let body: @Sendable (Int) -> Void
        /// The part to be handed out next.
        var next = 0
        var underWay = 0
    }

    private struct Shared {
        var job: Job?
        var isClosing = false
    }

    private let shared = Monitor(Shared())

    /// - Parameters:
    ///   - helpers: threads besides the caller's; 0 leaves it alone.
    ///   - name: as tools show them, at most 15 bytes.
    public init(helpers: Int, name: String) {
        for _ in 0..<helpers {
            ServiceThread.start(name) { [shared] in
                while Self.doPart(of: shared, orWait: true) {}
            }
        }
    }

    deinit {
        shared.withLock { $0.isClosing = true }
    }

    /// Calls `body` for 0 ..< `count` and returns when all calls have. Several callers take turns.
    ///
    /// - Parameter body: a helper may let go of it a little later than that.
    public func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        shared.wait { shared -> Void? in
            guard shared.job == nil else { return nil }
            shared.job = Job(count: count, body: body)
            return ()
        }
        while Self.doPart(of: shared, orWait: false) {}
        shared.wait { shared -> Void? in
            guard shared.job?.underWay == 0 else { return nil }
            shared.job = nil
            return ()
        }
    }

    /// Returns false when nothing is left, or, for one that waits, when the pool is closed.
    private static func doPart(of shared: Monitor<Shared>, orWait waits: Bool) -> Bool {
        let part = shared.wait { shared -> (index: Int, body: @Sendable (Int) -> Void)?? in
            if let job = shared.job, job.next < job.count {
                shared.job?.next += 1
                shared.job?.underWay += 1
                return (job.next, job.body)
            }
            return shared.isClosing || !waits ? .some(nil) : nil
        }
        guard let part else { return false }
        part.body(part.index)
        shared.withLock { $0.job?.underWay -= 1 }
        return true
    }
}
