import CKernels
import Diagnostics
import Glibc

/// Threads that share one loop at a time: fork, join, nothing else.
///
/// A loop is cut at the same places every time, so results do not depend on timing.
public final class ThreadPool {
    private let pool: OpaquePointer
    public let threads: Int

    /// - Parameter threads: how many threads share a loop, the caller included.
    public init(threads: Int) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        MatrixLibrary.isPrepared
        guard let pool = dk_pool_create(Int32(threads)) else {
            SystemLimit.end("cannot start \(threads) threads to compute with", code: EAGAIN)
        }
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
        runClosure(pool, parts, count, body)
    }
}

// Safe: `dk_pool_run_closure` returns when no thread uses `body` any more, which is why it need not escape, and no two parts
// of a loop write to the same place. It takes the closure as this compiler passes it, because every other way to hand one to C
// asks the heap for memory in each loop (decision 0019); `ClosureConventionTests` fails where a compiler does it differently.
@_silgen_name("dk_pool_run_closure")
private func runClosure(
    _ pool: OpaquePointer, _ parts: Int, _ count: Int, _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void)
