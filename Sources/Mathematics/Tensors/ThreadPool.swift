import CKernels
import Diagnostics
import Glibc
public import Numbers

/// Threads that share one loop at a time: fork, join, nothing else.
///
/// A loop is cut at the same places every time, so results do not depend on timing.
public final class ThreadPool {
    private let pool: OpaquePointer
    public let threads: Int
    /// Where loops are timed.
    public let trace: LoopTrace?
    /// Whether the caller makes all parts of a loop.
    private let rehearses: Bool

    /// - Parameters:
    ///   - threads: how many threads share a loop, the caller included.
    ///   - precision: of products, one to which there is no obstacle here (`MatrixLibrary.obstacle`).
    public convenience init(threads: Int, precision: Precision = .float32) {
        self.init(threads: threads, precision: precision, trace: nil, rehearses: false)
    }

    /// A pool that times its loops.
    /// - Parameter rehearses: whether loops are only cut for `threads` threads, and the caller makes all parts.
    public convenience init(tracing threads: Int, precision: Precision = .float32, rehearses: Bool = false) {
        self.init(threads: threads, precision: precision, trace: LoopTrace(), rehearses: rehearses)
    }

    private init(threads: Int, precision: Precision, trace: LoopTrace?, rehearses: Bool) {
        precondition(threads >= 1, "a pool of \(threads) threads")
        MatrixLibrary.isPrepared
        let started = rehearses ? 1 : threads
        let made =
            switch precision {
            case .float32: dk_pool_create(Int32(started))
            case .bfloat16: Self.makeRounding(started)
            }
        guard let made else {
            SystemLimit.end("cannot start \(started) threads to compute with", code: EAGAIN)
        }
        pool = made
        self.threads = threads
        self.trace = trace
        self.rehearses = rehearses
    }

    private static func makeRounding(_ threads: Int) -> OpaquePointer? {
        let made = MatrixLibrary.using(MatrixLibrary.bfloat16Kernels) { dk_pool_create(Int32(threads)) }
        guard let made else { preconditionFailure("no products of bfloat16 here") }
        return made
    }

    /// Runs `body` with the kernels of this pool's threads on the calling one, which shares its loops.
    public func withItsKernels<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let result = try MatrixLibrary.using(dk_pool_instruction_set(pool), body) else {
            preconditionFailure("the kernels of a pool are gone")
        }
        return result
    }

    deinit {
        dk_pool_destroy(pool)
    }

    /// Number of parts that `run` cuts a loop of `count` into.
    public func parts(_ count: Int, grain: Int) -> Int {
        max(1, min(threads, count / max(grain, 1)))
    }

    /// Runs `body(part, lo, hi)` over 0..<count and returns when every part is done.
    /// - Parameters:
    ///   - grain: smallest part worth another thread.
    ///   - file: the place that a trace names, the caller's unless it is told.
    public func run(
        _ count: Int, grain: Int = 1, file: StaticString = #fileID, line: UInt = #line,
        _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void
    ) {
        let parts = parts(count, grain: grain)
        guard let trace, count > 0 else { return share(count, parts, body) }
        let place = LoopTrace.Place(file, line)
        if rehearses {
            trace.rehearse(parts, count, at: place, body)
        } else {
            trace.observe(at: place) { share(count, parts, body) }
        }
    }

    private func share(_ count: Int, _ parts: Int, _ body: (_ part: Int, _ lo: Int, _ hi: Int) -> Void) {
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
