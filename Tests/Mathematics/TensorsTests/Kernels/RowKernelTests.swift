import CKernels
import Glibc
import KernelChoice
import TestSupport
import Testing

/// Kernels over rows against plain loops in double precision, for every instruction set and awkward lengths.
@Suite(.blocking, .serialized) struct RowKernelTests {
    private let rows = 3

    private func layerNormSiLU(_ x: [Float], _ scale: [Float], _ offset: [Float]) -> [Double] {
        let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
        return x.indices.map { i in
            let v = (Double(x[i]) - mean) / (variance + 1e-3).squareRoot() * Double(scale[i]) + Double(offset[i])
            return v * plainSigmoid(v)
        }
    }

    @Test(arguments: Kernels.available) func layerNorm(set: String) {
        for n in oddLengths {
            let (x, scale, offset) = (
                normals(rows * n, seed: 1, scale: 3, offset: 10), normals(n, seed: 2), normals(n, seed: 3)
            )
            var (y, stats) = ([Float](repeating: .nan, count: rows * n), [Float](repeating: .nan, count: 2 * rows))
            Kernels.using(set) { dk_norm_silu_forward(rows, n, x, scale, offset, 1e-3, &y, &stats) }
            let expected = (0..<rows).flatMap { layerNormSiLU(Array(x[$0 * n..<($0 + 1) * n]), scale, offset) }
            #expect(relativeError(y, expected) < 1e-5, "\(n) columns")
        }
    }

    private func softmax(_ logits: [Float], _ unimix: Double) -> [Double] {
        let most = Double(logits.max()!)
        let e = logits.map { Glibc.exp(Double($0) - most) }
        let sum = e.reduce(0, +)
        return e.map { (1 - unimix) * $0 / sum + unimix / Double(logits.count) }
    }

    @Test(arguments: Kernels.available) func softmaxWithUniformShare(set: String) {
        for n in oddLengths {
            let logits = normals(rows * n, seed: 1, scale: 4)
            var p = [Float](repeating: .nan, count: rows * n)
            Kernels.using(set) { dk_softmax_mix_forward(rows, n, logits, 0.01, &p) }
            let expected = (0..<rows).flatMap { softmax(Array(logits[$0 * n..<($0 + 1) * n]), 0.01) }
            #expect(relativeError(p, expected) < 1e-6, "\(n) columns")
        }
    }

    @Test(arguments: Kernels.available) func softmaxOfExtremeLogits(set: String) {
        let logits: [Float] = [1e30, -1e30, 0, -.infinity, 5, -.infinity, .nan, 1, 2]
        var p = [Float](repeating: 0, count: 9)
        Kernels.using(set) { dk_softmax_mix_forward(3, 3, logits, 0, &p) }
        #expect(p[0..<6] == [1, p[1], p[2], p[3], 1, p[5]])
        #expect([p[1], p[2], p[3], p[5]].allSatisfy { $0 >= 0 && $0 < 1e-37 })
        #expect(p[6...].allSatisfy { $0.isNaN })
    }

    @Test(arguments: Kernels.available) func divergence(set: String) {
        for n in oddLengths {
            let (q, p) = (
                softmax(normals(n, seed: 1, scale: 3), 0.01).map(Float.init),
                softmax(normals(n, seed: 2, scale: 3), 0.01).map(Float.init)
            )
            var kl = [Float.nan]
            Kernels.using(set) { dk_kl_forward(1, n, q, p, &kl) }
            let expected = zip(q, p).reduce(0) { $0 + Double($1.0) * Glibc.log(Double($1.0) / Double($1.1)) }
            #expect(abs(Double(kl[0]) - expected) < 2e-6 * max(1, expected), "\(n) columns")
        }
    }

    @Test(arguments: Kernels.available) func oneHotProductAndItsWeightGradient(set: String) {
        let (rows, groups, classes) = (5, 3, 4)
        for n in oddLengths {
            let index: [Int32] = integers(rows * groups, below: classes, seed: 1)
            var dense = [Float](repeating: 0, count: rows * groups * classes)
            for (place, chosen) in index.enumerated() { dense[place * classes + Int(chosen)] = 1 }
            let (w, before) = (normals(groups * classes * n, seed: 2), normals(rows * n, seed: 3))
            var y = before
            var dw = [Float](repeating: 1, count: groups * classes * n)
            // In two calls, as two threads share the columns.
            Kernels.using(set) {
                let middle = min(64, n)
                dk_one_hot_product(rows, groups, classes, n, 0, middle, index, w, 1, &y)
                dk_one_hot_product(rows, groups, classes, n, middle, n, index, w, 1, &y)
                dk_one_hot_weight_gradient(rows, groups, classes, n, 0, middle, index, before, &dw)
                dk_one_hot_weight_gradient(rows, groups, classes, n, middle, n, index, before, &dw)
            }
            let product = plainProduct(rows, n, groups * classes, dense, w)
            #expect(relativeError(y, zip(product, before).map { $0 + Double($1) }) < 1e-6, "\(n) columns")
            let gradient = plainProduct(groups * classes, n, rows, dense, before, transposeA: true)
            #expect(relativeError(dw, gradient.map { $0 + 1 }) < 1e-6, "\(n) columns")
        }
    }

    @Test(arguments: Kernels.available) func biasesAndTheirSums(set: String) {
        for n in oddLengths {
            let (x, bias) = (normals(rows * n, seed: 1), normals(n, seed: 2))
            var (y, sum) = (x, bias)
            Kernels.using(set) {
                dk_add_rows(rows, n, bias, &y)
                dk_sum_rows(rows, n, x, &sum)
            }
            #expect(y == x.indices.map { x[$0] + bias[$0 % n] })
            let expected = (0..<n).map { i in (0..<rows).reduce(Double(bias[i])) { $0 + Double(x[$1 * n + i]) } }
            #expect(relativeError(sum, expected) < 1e-6)
        }
    }

    @Test(arguments: Kernels.available) func sumOfSquaresOfManyValues(set: String) {
        for n in [0, 1, 255, 4095, 4097, 100_003] {
            let x = normals(n, seed: 1)
            var sum = Double.nan
            Kernels.using(set) { dk_sum_squares(n, x, &sum) }
            let expected = x.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(abs(sum - expected) <= 1e-6 * expected, "\(n) values")
        }
    }

    @Test(arguments: Kernels.available) func imageLossAndAverages(set: String) {
        for n in oddLengths {
            let (x, target): ([Float], [UInt8]) = (uniforms(n, seed: 1), integers(n, below: 256, seed: 2))
            var loss = [Float.nan]
            let fast = normals(n, seed: 3)
            var slow = x
            Kernels.using(set) {
                dk_image_loss(1, n, x, target, 0, &loss, nil)
                dk_exponential_average(n, 0.98, fast, &slow)
            }
            let expected = zip(x, target).reduce(0) { $0 + pow(Double($1.0) - Double($1.1) / 255, 2) }
            #expect(abs(Double(loss[0]) - expected) <= 1e-6 * max(expected, 0.1))
            #expect(relativeError(slow, zip(x, fast).map { 0.98 * Double($0) + 0.02 * Double($1) }) < 1e-6)
        }
    }
}
