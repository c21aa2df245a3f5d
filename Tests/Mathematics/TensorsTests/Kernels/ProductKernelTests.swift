import CKernels
import KernelChoice
import TestSupport
import Testing

/// Matrix products of every instruction set against sums written out.
@Suite(.blocking, .serialized) struct ProductKernelTests {
    /// A matrix as products take it: rows lie further apart than they are long, and what lies between and behind them is NaN,
    /// so that whatever reads too far and uses it shows.
    private struct Matrix {
        var values: [Float]
        let rowStep, columnStep: Int

        init(_ plain: [Float], rows: Int, columns: Int, transposed: Bool) {
            let (lines, length) = transposed ? (columns, rows) : (rows, columns)
            let stride = length + 3
            var values = [Float](repeating: .nan, count: lines * stride)
            for line in 0..<lines {
                for i in 0..<length { values[line * stride + i] = plain[line * length + i] }
            }
            // Nothing lies behind the last row.
            values.removeLast(3)
            self.values = values
            (rowStep, columnStep) = transposed ? (1, stride) : (stride, 1)
        }
    }

    private func product(
        _ set: String, _ m: Int, _ n: Int, _ k: Int, _ a: Matrix, _ b: Matrix, accumulate: Bool, into c: inout [Float]
    ) {
        Kernels.using(set) {
            dk_product(
                m, n, k, a.values, a.rowStep, a.columnStep, b.values, b.rowStep, b.columnStep, accumulate ? 1 : 0, &c,
                n + 3, dk_thread_scratch())
        }
    }

    /// Within one strip, panel and block, and beyond each; few columns, few rows, no depth to speak of.
    private let sizes = [
        (1, 1, 1), (2, 3, 4), (5, 17, 9), (7, 33, 300), (13, 31, 16), (14, 32, 256), (15, 64, 257), (16, 16, 48),
        (29, 48, 33), (65, 130, 7), (70, 600, 60), (17, 40, 1030), (3, 257, 31), (300, 1, 20), (61, 6, 270),
        (40, 16, 15), (600, 8, 2),
    ]

    @Test(arguments: Kernels.multiplying, [false, true])
    func productsOfAllShapes(set: String, accumulate: Bool) {
        for (m, n, k) in sizes {
            for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
                let (a, b, before) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(m * (n + 3), seed: 3))
                var c = before
                product(
                    set, m, n, k, Matrix(a, rows: m, columns: k, transposed: transposeA),
                    Matrix(b, rows: k, columns: n, transposed: transposeB), accumulate: accumulate, into: &c)
                let plain = plainProduct(
                    m, n, k, Kernels.factors(a, of: set), Kernels.factors(b, of: set), transposeA: transposeA,
                    transposeB: transposeB)
                let expected = before.indices.map { index in
                    let (row, column) = index.quotientAndRemainder(dividingBy: n + 3)
                    guard column < n else { return Double(before[index]) }
                    return plain[row * n + column] + (accumulate ? Double(before[index]) : 0)
                }
                #expect(
                    relativeError(c, expected) < 1e-6,
                    "\(set), \(m) × \(n) × \(k), \(transposeA ? "A'" : "A") \(transposeB ? "B'" : "B")")
            }
        }
    }

    @Test(arguments: Kernels.multiplying) func productsOfNothing(set: String) {
        for (m, n, k) in [(0, 3, 4), (3, 0, 4), (2, 3, 0)] {
            var c = [Float](repeating: 7, count: 2 * 6)
            Kernels.using(set) {
                dk_product(m, n, k, [1], 1, 1, [1], 1, 1, 1, &c, 6, dk_thread_scratch())
                #expect(c.allSatisfy { $0 == 7 })
                dk_product(m, n, k, [1], 1, 1, [1], 1, 1, 0, &c, 6, dk_thread_scratch())
            }
            let zeros = c.indices.filter { c[$0] == 0 }
            #expect(zeros == (k == 0 ? [0, 1, 2, 6, 7, 8] : []))
        }
    }

    /// What is infinite or not a number stays in its row, as denormals stay what they are; those of bfloat16 count as zero.
    @Test(arguments: Kernels.multiplying) func extremesStayInTheirRows(set: String) {
        let (m, n, k) = (31, 45, 40)
        var a = normals(m * k, seed: 1)
        let b = normals(k * n, seed: 2).map { abs($0) + 0.1 }
        (a[3 * k + 5], a[17 * k], a[30 * k + k - 1]) = (.infinity, .nan, -.infinity)
        for i in 0..<k { a[20 * k + i] = Float.leastNonzeroMagnitude * 700 }
        var c = [Float](repeating: 0, count: m * (n + 3))
        product(
            set, m, n, k, Matrix(a, rows: m, columns: k, transposed: false),
            Matrix(b, rows: k, columns: n, transposed: false), accumulate: false, into: &c)
        for row in 0..<m {
            for value in c[row * (n + 3)..<row * (n + 3) + n] {
                switch row {
                case 3: #expect(value == .infinity)
                case 17: #expect(value.isNaN)
                case 20 where set == Kernels.rounding: #expect(value == 0)
                case 20: #expect(value > 0 && value < .leastNormalMagnitude)
                case 30: #expect(value == -.infinity)
                default: #expect(value.isFinite)
                }
            }
        }
    }
}
