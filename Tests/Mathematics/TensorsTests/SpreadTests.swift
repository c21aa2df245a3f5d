import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct SpreadTests {
    private func deviation(_ values: [Float], columns: Int) -> Float {
        let tape = makeTape()
        return tape.normalizedDeviation(tape.tensor(values, columns: columns))
    }

    @Test(arguments: [16, 256]) func directionsThatAreSpreadComeNearTheRootOfTheChannels(channels: Int) {
        let healthy = deviation(normals(2000 * channels, seed: 3), columns: channels)
        let most = 1 / Float(channels).squareRoot()
        #expect(healthy <= most && healthy > 0.95 * most)
    }

    /// One vector for everything, however long it is.
    @Test func collapsedRowsHaveNone() {
        let row = normals(8, seed: 1)
        let rows = (1...50).flatMap { scale in row.map { Float(scale) * $0 } }
        #expect(deviation(rows, columns: 8) < 1e-6)
        #expect(deviation([Float](repeating: 0, count: 40), columns: 8) == 0)
    }

    @Test func itIsTheMeanOverChannelsOfTheDeviationOverRows() {
        // The rows become [0.6, 0.8] and [1, 0].
        #expect(abs(deviation([3, 4, 7, 0], columns: 2) - (0.2 + 0.4) / 2) < 1e-6)
    }
}
