import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct QuantileTests {
    private func quantile(_ values: [Float], _ fraction: Double) -> Float {
        let tape = makeTape()
        return withExtendedLifetime(tape) { tape.tensor(values).quantile(fraction) }
    }

    @Test func quantilesInterpolateBetweenNeighbours() {
        #expect(quantile([7], 0.05) == 7)
        #expect(quantile([10, 0], 0.05) == 0.5)
        #expect(quantile((0...100).map(Float.init), 0.95) == 95)
        #expect(quantile([3, 1, 2], 1) == 3)
    }

    @Test(arguments: [1, 2, 3, 10, 257, 1000]) func quantilesAreThoseOfTheSortedValues(count: Int) {
        // Many equal values, as returns without rewards have.
        let values = (integers(count, below: 40, seed: 1) as [Int]).map { Float($0) / 4 }
        let sorted = values.sorted()
        for fraction in [0, 0.05, 0.3, 0.5, 0.95, 1] {
            let position = fraction * Double(count - 1)
            let (below, above) = (Int(position), min(Int(position) + 1, count - 1))
            let expected = sorted[below] + Float(position - Double(below)) * (sorted[above] - sorted[below])
            #expect(abs(quantile(values, fraction) - expected) < 1e-5)
        }
    }

    @Test func valuesThatAreNoNumbersEndTheSearch() {
        _ = quantile([.nan, 1, .nan, 0, 2, .nan], 0.5)
        _ = quantile([Float](repeating: .nan, count: 9), 0.05)
    }
}
