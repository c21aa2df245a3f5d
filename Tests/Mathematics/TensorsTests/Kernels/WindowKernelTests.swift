import CKernels
import KernelChoice
import TestSupport
import Testing

/// Products with windows of images against sums written out, over widths that fill panels and such that do not.
@Suite(.blocking, .serialized) struct WindowKernelTests {
    /// Windows of `runs` runs of `length` floats in images with room around.
    private func windows(
        images: Int, rows: Int, columns: Int, runs: Int, length: Int, step: Int, n: Int
    ) -> (geometry: dk_windows, count: Int) {
        let row = (columns - 1) * step + length + 3
        let image = ((rows - 1) * 2 + runs) * row + 5
        let geometry = dk_windows(
            images: images, rows: rows, columns: columns, x_image: image, x_row: 2 * row, x_column: step,
            y_image: rows * columns * n, y_row: columns * n, y_column: n, runs: runs, length: length, run_stride: row,
            n: n)
        return (geometry, images * image)
    }

    private let shapes: [(images: Int, rows: Int, columns: Int, runs: Int, length: Int, step: Int)] = [
        (1, 1, 1, 1, 1, 1), (1, 2, 3, 4, 12, 6), (2, 4, 4, 4, 16, 8), (3, 5, 7, 2, 10, 5), (1, 12, 12, 4, 28, 14),
        (2, 1, 13, 3, 40, 20), (1, 3, 5, 2, 300, 20), (1, 2, 8, 3, 33, 11),
    ]
    private let widths = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 40, 48, 64, 67]

    /// The window of a position, float by float.
    private func window(_ x: [Float], _ g: dk_windows, _ position: Int) -> [Float] {
        let (image, rest) = position.quotientAndRemainder(dividingBy: g.rows * g.columns)
        let start = image * g.x_image + rest / g.columns * g.x_row + rest % g.columns * g.x_column
        return (0..<g.runs * g.length).map { x[start + $0 / g.length * g.run_stride + $0 % g.length] }
    }

    @Test(arguments: Kernels.multiplying) func productsOfWindows(set: String) {
        for (index, shape) in shapes.enumerated() {
            for n in widths {
                var (g, count) = windows(
                    images: shape.images, rows: shape.rows, columns: shape.columns, runs: shape.runs,
                    length: shape.length, step: shape.step, n: n)
                let k = g.runs * g.length
                let positions = g.images * g.rows * g.columns
                let (x, w) = (normals(count + 16, seed: 1), normals(k * n, seed: 2))
                let initial = normals(n + 8, seed: 3)
                let before = normals(positions * n, seed: 4)
                let accumulate = index % 2 == 1
                // Panels of 32 columns take rounded factors, those that are left over do not.
                let (roundX, roundW) = (Kernels.factors(x, of: set), Kernels.factors(w, of: set))
                let wide = n / 32 * 32
                var packed = [Float](repeating: .nan, count: k * ((n + 7) / 8 * 8))
                // Behind the result lies what must stay as it is.
                var y = before + [Float](repeating: 7, count: 64)
                Kernels.using(set) {
                    // By two threads, one of which may end in the middle of a pair.
                    dk_window_pack(k, 0, k / 3, n, w, n, 1, &packed)
                    dk_window_pack(k, k / 3, k - k / 3, n, Array(w[(k / 3 * n)...]), n, 1, &packed)
                    dk_window_product(&g, x, packed, accumulate ? nil : initial, accumulate ? 1 : 0, &y)
                }
                var expected: [Double] = []
                for position in 0..<positions {
                    let (exact, rounded) = (window(x, g, position), window(roundX, g, position))
                    for column in 0..<n {
                        let start = accumulate ? before[position * n + column] : initial[column]
                        let (values, w) = column < wide ? (rounded, roundW) : (exact, w)
                        expected.append(
                            values.indices.reduce(Double(start)) {
                                $0 + Double(values[$1]) * Double(w[$1 * n + column])
                            })
                    }
                }
                #expect(y[(positions * n)...].allSatisfy { $0 == 7 })
                #expect(relativeError(Array(y[..<(positions * n)]), expected) < 3e-6, "\(shape), \(n) columns")
            }
        }
    }

    @Test(arguments: Kernels.available) func gradientsOfWindows(set: String) {
        for shape in shapes {
            for n in widths {
                var (g, count) = windows(
                    images: shape.images, rows: shape.rows, columns: shape.columns, runs: shape.runs,
                    length: shape.length, step: shape.step, n: n)
                let k = g.runs * g.length
                let positions = g.images * g.rows * g.columns
                let (x, d) = (normals(count + 16, seed: 1), normals(positions * n, seed: 2))
                let before = normals(k * n, seed: 3)
                var scratch = [Float](repeating: 0, count: 128 * ((n + 7) / 8 * 8))
                var dw = before + [Float](repeating: 7, count: 64)
                Kernels.using(set) { dk_window_gradient(&g, x, d, &scratch, &dw) }
                var expected = before.map(Double.init)
                for position in 0..<positions {
                    for (row, value) in window(x, g, position).enumerated() {
                        for column in 0..<n {
                            expected[row * n + column] += Double(value) * Double(d[position * n + column])
                        }
                    }
                }
                #expect(dw[(k * n)...].allSatisfy { $0 == 7 })
                #expect(relativeError(Array(dw[..<(k * n)]), expected) < 3e-6, "\(shape), \(n) columns")
            }
        }
    }

    /// Packing takes any part of a matrix in any order: here its transpose, in two parts.
    @Test func packingTransposes() {
        let (k, n) = (6, 5)
        let w = normals(k * n, seed: 1)
        let turned = (0..<k * n).map { w[$0 % k * n + $0 / k] }
        var (once, parts) = ([Float](repeating: .nan, count: k * 8), [Float](repeating: .nan, count: k * 8))
        dk_window_pack(k, 0, k, n, w, n, 1, &once)
        dk_window_pack(k, 0, 2, n, turned, 1, k, &parts)
        dk_window_pack(k, 2, 4, n, Array(turned[2...]), 1, k, &parts)
        #expect(once == parts)
    }

    @Test(arguments: Kernels.available) func infinitiesAndDenormalsPassThrough(set: String) {
        var g = dk_windows(
            images: 1, rows: 1, columns: 2, x_image: 8, x_row: 8, x_column: 4, y_image: 2, y_row: 2, y_column: 1,
            runs: 1, length: 4, run_stride: 4, n: 1)
        let denormal = Float.leastNonzeroMagnitude * 1000
        let x: [Float] = [1, .infinity, 0, 0, denormal, 0, 0, 0] + [Float](repeating: 0, count: 16)
        var packed = [Float](repeating: 0, count: 4 * 8)
        var y: [Float] = [0, 0]
        Kernels.using(set) {
            dk_window_pack(4, 0, 4, 1, [1, 1, 1, 1] as [Float], 1, 1, &packed)
            dk_window_product(&g, x, packed, nil, 0, &y)
        }
        #expect(y == [.infinity, denormal])
    }
}
