import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct MatrixProductTests {
    /// C = op(A) op(B) + beta C, in a C with a margin that must stay untouched.
    private func check(
        _ m: Int, _ n: Int, _ k: Int, threads: Int, transposeA: Bool = false, transposeB: Bool = false, beta: Float = 0
    ) {
        let (a, b, before) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(m * (n + 2), seed: 3))
        var c = before
        let pool = ThreadPool(threads: threads)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    pool.multiply(
                        m, n, k, Operand(a.baseAddress!, stride: transposeA ? m : k, transposed: transposeA),
                        Operand(b.baseAddress!, stride: transposeB ? k : n, transposed: transposeB), beta: beta,
                        c.baseAddress!, stride: n + 2)
                }
            }
        }
        let product = plainProduct(m, n, k, a, b, transposeA: transposeA, transposeB: transposeB)
        let expected = before.indices.map { i in
            let (row, column) = i.quotientAndRemainder(dividingBy: n + 2)
            return column < n ? product[row * n + column] + Double(beta * before[i]) : Double(before[i])
        }
        #expect(relativeError(c, expected) < 1e-6, "\(m) × \(n) × \(k), \(threads) threads")
    }

    @Test(arguments: [false, true], [false, true]) func oddShapesAndTransposes(transposeA: Bool, transposeB: Bool) {
        for (m, n, k) in [(1, 1, 1), (1, 7, 3), (17, 1, 65), (3, 255, 2), (31, 33, 29), (64, 65, 7)] {
            for beta in [0, 1] as [Float] {
                check(m, n, k, threads: 1, transposeA: transposeA, transposeB: transposeB, beta: beta)
            }
        }
    }

    /// Large enough to be shared: many rows, or few rows and many columns.
    @Test(arguments: [2, 3]) func sharedProducts(threads: Int) {
        for (m, n, k) in [(200, 40, 30), (201, 17, 33), (5, 700, 31), (16, 1537, 20), (3, 257, 100), (1, 999, 77)] {
            check(m, n, k, threads: threads)
            check(m, n, k, threads: threads, transposeA: true, beta: 1)
            check(m, n, k, threads: threads, transposeB: true, beta: 1)
        }
    }

    /// 0 · NaN in memory that was never written must not reach the product.
    @Test func zeroBetaIgnoresWhatWasThere() {
        let tape = makeTape()
        let (a, b) = (tape.tensor([2]), tape.tensor([3, 4], columns: 2))
        let c = tape.tensor([.nan, .infinity], columns: 2)
        tape.pool.multiply(1, 2, 1, Operand(a.data, stride: 1), Operand(b.data, stride: 2), beta: 0, c.data, stride: 2)
        #expect(c.array == [6, 8])
    }
}
