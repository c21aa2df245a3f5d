import CKernels
import KernelChoice
import TestSupport
import Testing

@Suite(.blocking, .serialized) struct SamplingTests {
    private func sample(_ set: String, _ p: [Float], _ u: [Float]) -> [Int32] {
        let n = p.count
        var index = [Int32](repeating: -1, count: u.count)
        let repeated = u.flatMap { _ in p }
        Kernels.using(set) { dk_sample_categorical(u.count, n, repeated, u, &index) }
        return index
    }

    @Test(arguments: Kernels.available) func noiseIsComparedWithTheCumulativeProbability(set: String) {
        #expect(sample(set, [0.25, 0.5, 0.25], [0, 0.2, 0.25, 0.5, 0.74, 0.75, 0.9]) == [0, 0, 1, 1, 1, 2, 2])
        // A class without probability is never drawn, not even at zero.
        #expect(sample(set, [0, 1, 0], [0, 0.5, 0.99]) == [1, 1, 1])
    }

    /// Rounding may leave the sum of probabilities below the largest noise.
    @Test(arguments: Kernels.available) func noiseNearOneStaysInRange(set: String) {
        for n in oddLengths {
            let p = [Float](repeating: 0.999_99 / Float(n), count: n)
            #expect(sample(set, p, [1 - 0x1p-24, 1]) == [Int32(n - 1), Int32(n - 1)])
        }
    }

    @Test(arguments: Kernels.available) func probabilitiesThatAreNoNumbersStayInRange(set: String) {
        #expect(sample(set, [.nan, .nan, .nan], [0, 0.5]) == [2, 2])
    }

    @Test(arguments: Kernels.available) func frequenciesAreTheProbabilities(set: String) {
        let p: [Float] = [0.05, 0.4, 0.15, 0.3, 0.1]
        let draws = 100_000
        let index = sample(set, p, uniforms(draws, seed: 7))
        let chiSquare = p.indices.reduce(0.0) { sum, k in
            let expected = Double(p[k]) * Double(draws)
            let seen = Double(index.count { $0 == k })
            return sum + (seen - expected) * (seen - expected) / expected
        }
        #expect(chiSquare < 18.5)  // one in a thousand at four degrees of freedom
    }

    @Test(arguments: Kernels.available) func modeIsTheFirstOfTheLargest(set: String) {
        var index = [Int32](repeating: -1, count: 4)
        Kernels.using(set) { dk_argmax(4, 3, [1, 3, 2, 5, 5, 5, -3, -2, -1, -.infinity, 0, 0], &index) }
        #expect(index == [1, 0, 2, 1])
    }
}
