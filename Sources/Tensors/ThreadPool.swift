import CKernels

/// Threads that share one loop at a time: fork, join, nothing else.
///
/// A loop is cut at the same places every time, so results do not depend on timing.
public final class ThreadPool {
    private let pool: OpaquePointer
    public let threads: Int

    /// - Parameter threads: how many threads share a loop, the caller included.
    public init(threads: Int) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        guard let pool = dk_pool_create(Int32(threads)) else { fatalError("no memory for \(threads) threads") }
        self.pool = pool
        self.threads = threads
    }

    deinit {
        dk_pool_destroy(pool)
    }

    /// Number of parts that `run` cuts a loop of `count` into.
    public func parts(_ count: Int, grain: Int) -> Int {
        max(1, min(threads, count / max(grain, 1)))
    }

    /// Runs `body(part, lo, hi)` over 0..<count and returns when every part is done.
    /// - Parameter grain: smallest part worth another thread.
    public func run(_ count: Int, grain: Int = 1, _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void) {
        let parts = parts(count, grain: grain)
        if parts == 1 {
            if count > 0 { body(0, 0, count) }
            return
        }
        withoutActuallyEscaping(body) { body in
            var body = body
            // Safe: dk_pool_run returns only when no thread uses the closure any more.
            withUnsafeMutablePointer(to: &body) { context in
                dk_pool_run(
                    pool, parts, count,
                    { context, part, lo, hi in
                        context!.assumingMemoryBound(to: ((Int, Int, Int) -> Void).self).pointee(part, lo, hi)
                    }, context)
            }
        }
    }
}
