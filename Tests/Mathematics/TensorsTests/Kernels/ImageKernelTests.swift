import CKernels
import KernelChoice
import TestSupport
import Testing

@Suite(.blocking, .serialized) struct ImageKernelTests {
    @Test(arguments: Kernels.available) func paddingPutsZerosAround(set: String) {
        for (height, width, channels) in [(2, 2, 1), (4, 6, 3), (1, 8, 7), (64, 64, 3)] {
            let (images, row) = (2, width * channels)
            let bytes: [UInt8] = integers(images * height * row, below: 256, seed: 1)
            let x = bytes.map { Float($0) / 255 - 0.5 }
            let paddedRow = row + 2 * channels
            let count = images * (height + 2) * paddedRow
            var (padded, fromBytes) = ([Float](repeating: .nan, count: count), [Float](repeating: .nan, count: count))
            Kernels.using(set) {
                dk_pad(images, height, row, channels, x, &padded)
                dk_pad_bytes(images, height, row, channels, bytes, &fromBytes)
            }
            let expected = (0..<count).map { index -> Float in
                let (line, column) = (index / paddedRow, index % paddedRow - channels)
                let (image, y) = (line / (height + 2), line % (height + 2) - 1)
                guard (0..<height).contains(y), (0..<row).contains(column) else { return 0 }
                return x[(image * height + y) * row + column]
            }
            #expect(padded == expected)
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
                        height, width, channels, previous, image, image, Int32(threshold), window, &out, &scratch)
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
