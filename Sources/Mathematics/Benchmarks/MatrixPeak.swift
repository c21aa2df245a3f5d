public import Numbers
import Tensors

/// The rate of large matrix products in this process, OpenBLAS's or our own kernels', whichever is higher: what a step's rate
/// is compared with.
public enum MatrixPeak {
    /// Best rate of several products [size, size] × [size, size], in GFLOP/s.
    public static func measure(
        threads: Int, precision: Precision = .float32, size: Int = 2048, rounds: Int = 8
    ) -> Double {
        let own = measure(.own, threads: threads, precision: precision, size: size, rounds: rounds)
        // OpenBLAS is asked for products of floats only.
        guard precision == .float32 else { return own }
        return max(own, measure(.openBLAS, threads: threads, size: size, rounds: rounds))
    }

    /// The same by certain kernels.
    public static func measure(
        _ kernels: ProductKernels, threads: Int, precision: Precision = .float32, size: Int = 2048, rounds: Int = 8
    ) -> Double {
        let pool = ThreadPool(threads: threads, precision: precision)
        let arena = Arena()
        let tape = Tape(arena: arena, pool: pool)
        let (a, b, c) = (tape.tensor(size, size), tape.tensor(size, size), tape.tensor(size, size))
        for (index, tensor) in [a, b, c].enumerated() { tensor.fill(Float(index) * 0.25 + 0.5) }
        let work = 2e-9 * Double(size) * Double(size) * Double(size)
        return (0..<rounds).reduce(0) { best, _ in
            let start = ContinuousClock.now
            pool.withItsKernels { pool.product(a, b, into: c, by: kernels) }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            return max(best, work / seconds)
        }
    }
}
