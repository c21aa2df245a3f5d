import CKernels
import Glibc
import KernelChoice
import TestSupport
import Testing

/// The statements of `maths.h`.
@Suite(.blocking, .serialized) struct MathsTests {
    typealias Map = (_ n: Int, _ x: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>?) -> Void

    private func apply(_ set: String, _ map: Map, _ x: [Float]) -> [Float] {
        var y = [Float](repeating: .nan, count: x.count)
        Kernels.using(set) { map(x.count, x, &y) }
        return y
    }

    /// The largest error in units of the last place of the exact result.
    private func worst(_ set: String, _ map: Map, _ exact: (Double) -> Double, _ x: [Float]) -> Double {
        zip(x, apply(set, map, x)).reduce(0) { worst, pair in
            let expected = exact(Double(pair.0))
            return max(worst, abs(Double(pair.1) - expected) / Double(Float(expected).ulp))
        }
    }

    private func evenly(_ from: Float, _ to: Float, _ count: Int = 400_001) -> [Float] {
        (0..<count).map { from + (to - from) * Float($0) / Float(count - 1) }
    }

    @Test(arguments: Kernels.available) func exponentialIsWithinItsBound(set: String) {
        let error = worst(set, dk_exp_map, Glibc.exp, evenly(-87, 87) + evenly(-1, 1) + [0, 88])
        #expect(error <= 1.1)
    }

    @Test(arguments: Kernels.available) func logarithmIsWithinItsBound(set: String) {
        // Every exponent, and densely around 1, where the result crosses zero.
        var x = evenly(0.5, 2)
        for exponent in -126...127 {
            x += (0..<1000).map { Float(sign: .plus, exponent: exponent, significand: 1 + Float($0) / 1000) }
        }
        let error = worst(set, dk_log_map, Glibc.log, x)
        #expect(error <= 1)
    }

    @Test(arguments: Kernels.available) func hyperbolicTangentIsWithinItsBound(set: String) {
        let tiny: [Float] = (0..<120).flatMap {
            [Float(sign: .plus, exponent: -$0, significand: 1.1), -Float(sign: .plus, exponent: -$0, significand: 1.9)]
        }
        let error = worst(set, dk_tanh_map, Glibc.tanh, evenly(-20, 20) + evenly(-0.7, 0.7) + evenly(0.62, 0.63) + tiny)
        #expect(error <= 1.5)
    }

    /// Lengths that leave remainders use the same arithmetic as full registers.
    @Test(arguments: Kernels.available) func valuesDoNotDependOnTheirPlace(set: String) {
        let x = normals(300, seed: 1, scale: 3)
        for map in [dk_exp_map, dk_tanh_map] as [Map] {
            let all = apply(set, map, x)
            for length in oddLengths {
                #expect(relativeError(apply(set, map, Array(x.suffix(length))), Array(all.suffix(length))) <= 3e-7)
            }
        }
    }

    @Test(arguments: Kernels.available) func exponentialSaturatesAndKeepsNaN(set: String) {
        let y = apply(set, dk_exp_map, [-.infinity, -1000, -88, .infinity, 1000, 89, 0, -0.0, 0x1p-133, .nan])
        let (least, most) = (Float(Glibc.exp(-87.0)), Float(Glibc.exp(88.0)))
        #expect(y[0...2].allSatisfy { abs($0 - least) <= 2 * least.ulp })
        #expect(y[3...5].allSatisfy { abs($0 - most) <= 2 * most.ulp })
        #expect(y[6...8] == [1, 1, 1])
        #expect(y[9].isNaN)
    }

    @Test(arguments: Kernels.available) func logarithmOfWhatIsNotNormal(set: String) {
        let y = apply(
            set, dk_log_map, [0, -0.0, 0x1p-133, Float.leastNormalMagnitude, -1, -.infinity, 1, .infinity, .nan])
        let least = Float(Glibc.log(Double(Float.leastNormalMagnitude)))
        #expect(y[0...5].allSatisfy { abs($0 - least) <= 2 * least.ulp })
        #expect(y[6] == 0)
        #expect(abs(y[7] - 88.72284) < 1e-4)
        #expect(abs(y[8] - 89.1283) < 1e-4)
    }

    @Test(arguments: Kernels.available) func hyperbolicTangentSaturates(set: String) {
        let y = apply(set, dk_tanh_map, [.infinity, -.infinity, 100, -100, 0, 0x1p-133, .nan])
        #expect(y[0...3] == [1, -1, 1, -1])
        #expect(y[4] == 0)
        #expect(y[5] == 0x1p-133 || y[5] == 0)
        #expect(y[6].isNaN)
    }
}
