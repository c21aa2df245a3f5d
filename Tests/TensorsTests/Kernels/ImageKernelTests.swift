import CKernels
import KernelChoice
import Testing

@Suite(.serialized) struct ImageKernelTests {
    private let shapes: [(height: Int, width: Int, channels: Int)] = [
        (2, 2, 1), (4, 4, 3), (2, 8, 7), (6, 4, 17), (8, 8, 5), (64, 64, 3),
    ]

    /// ⟨columns(x), c⟩ = ⟨x, gather(c)⟩: the one is the transpose of the other.
    @Test(arguments: Kernels.available) func columnsAndTheirGatheringAreTransposes(set: String) {
        for (height, width, channels) in shapes {
            let images = 2
            let count = images * height * width * channels
            let (x, c) = (normals(count, seed: 1), normals(4 * count, seed: 2))
            var columns = [Float](repeating: .nan, count: 4 * count)
            var gathered = [Float](repeating: 0, count: count)
            Kernels.using(set) {
                dk_im2col(images, height, width, channels, x, &columns)
                dk_col2im(images, height, width, channels, c, &gathered)
            }
            func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let (left, right) = (dot(columns, c), dot(x, gathered))
            #expect(abs(left - right) <= 1e-5 * Double(count).squareRoot(), "\(height) × \(width) × \(channels)")
        }
    }

    @Test(arguments: Kernels.available) func columnsHoldTheWindowAndZerosBeyondTheBorder(set: String) {
        for (height, width, channels) in shapes {
            let bytes: [UInt8] = integers(height * width * channels, below: 256, seed: 1)
            let x = bytes.map { Float($0) * (1 / 255) - 0.5 }
            var (columns, fromBytes) = (
                [Float](repeating: .nan, count: 4 * x.count), [Float](repeating: .nan, count: 4 * x.count)
            )
            var scratch = [Float](repeating: .nan, count: x.count)
            Kernels.using(set) {
                dk_im2col(1, height, width, channels, x, &columns)
                dk_im2col_bytes(1, height, width, channels, bytes, &fromBytes, &scratch)
            }
            var expected: [Float] = []
            for position in 0..<height / 2 * (width / 2) {
                for k in 0..<16 {
                    let row = 2 * (position / (width / 2)) - 1 + k / 4
                    let column = 2 * (position % (width / 2)) - 1 + k % 4
                    let inside = (0..<height).contains(row) && (0..<width).contains(column)
                    for channel in 0..<channels {
                        expected.append(inside ? x[(row * width + column) * channels + channel] : 0)
                    }
                }
            }
            #expect(columns == expected)
            #expect(zip(fromBytes, expected).allSatisfy { abs($0 - $1) <= 1e-7 })
        }
    }

    @Test(arguments: Kernels.available) func differentialIsTheDilatedMask(set: String) {
        for (height, width, channels) in [(1, 1, 1), (3, 5, 1), (4, 4, 3), (7, 9, 2), (17, 16, 3)] {
            for (window, threshold) in [(1, 1), (3, 1), (5, 1), (5, 40), (7, 255)] {
                let count = height * width * channels
                let image: [UInt8] = integers(count, below: 256, seed: 1)
                // A few pixels differ: one in a corner, others anywhere, by little or much.
                var previous = image
                previous[0] = previous[0] ^ 1
                for place in integers(count / 10, below: count, seed: 2) as [Int] { previous[place] = ~previous[place] }
                // Behind what the kernel may use lie bytes that must stay as they are.
                let room = count + (width + window) * channels
                var out = [UInt8](repeating: 7, count: count)
                var scratch = [UInt8](repeating: 7, count: room + 64)
                Kernels.using(set) {
                    dk_differential(
                        height, width, channels, previous, image, Int32(threshold), window, &out, &scratch)
                }
                let expected = (0..<count).map { i -> UInt8 in
                    let (y, x, channel) = (i / channels / width, i / channels % width, i % channels)
                    for row in max(0, y - window / 2)...min(height - 1, y + window / 2) {
                        for column in max(0, x - window / 2)...min(width - 1, x + window / 2) {
                            let at = (row * width + column) * channels + channel
                            if abs(Int(image[at]) - Int(previous[at])) >= threshold { return image[i] }
                        }
                    }
                    return 0
                }
                #expect(scratch[room...].allSatisfy { $0 == 7 })
                #expect(out == expected, "\(height) × \(width) × \(channels), window \(window), threshold \(threshold)")
            }
        }
    }
}
