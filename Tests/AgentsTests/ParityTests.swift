import Agents
import Foundation
import KernelChoice
import Networks
import Tensors
import Testing

/// One training step of each agent against the executable specification in float64.
@Suite(.serialized) struct ParityTests {
    private static let tolerance = 3e-4

    @Test(arguments: Fixture.names, Kernels.available)
    func stepAgreesWithTheReferenceInEveryNumber(name: String, set: String) throws {
        MatrixLibrary.prepare()
        let expected = try Archive(contentsOf: Fixture.directory(name).appendingPathComponent("expected.safetensors"))
        #expect(expected.names.count > 100)
        for threads in [1, 2] {
            let actual = try Kernels.using(set) { try Parity.run(Fixture.directory(name), threads: threads) }
            for key in expected.names {
                let (want, got) = (
                    try expected.floats(key), try actual.floats(key, shape: expected.entries[key]?.shape)
                )
                let error = relativeError(got, want)
                #expect(error <= Self.tolerance, "\(key) with \(threads) threads")
            }
        }
    }

    /// ‖got − want‖ / max(‖want‖, 10⁻⁸), as the reference checks.
    private func relativeError(_ got: [Float], _ want: [Float]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (x, w) in zip(got, want) {
            difference += (Double(x) - Double(w)) * (Double(x) - Double(w))
            norm += Double(w) * Double(w)
        }
        return difference.squareRoot() / max(norm.squareRoot(), 1e-8)
    }
}
