import Numbers
import Testing

@Suite struct HistogramTests {
    @Test func precisionZeroDoublesItsClasses() {
        var histogram = Histogram(precision: 0)
        for number in [0, 1, 2, 3, 4, 7, 8] { histogram.add(number) }
        #expect(histogram.classes == [1, 1, 2, 2, 1])
        #expect((0..<5).map { histogram.lowest(of: $0) } == [0, 1, 2, 4, 8])
        #expect(histogram.count == 7 && histogram.maximum == 8)
    }

    /// The classes follow each other without a gap, whatever the precision.
    @Test(arguments: [0, 1, 3, 7]) func everyNumberLiesInItsClass(precision: Int) {
        for number in (0..<5000).map({ $0 }) + [1 << 40 - 1, 1 << 40, Int.max / 3] {
            var histogram = Histogram(precision: precision)
            histogram.add(number)
            let index = histogram.classes.count - 1
            #expect(histogram.lowest(of: index) <= number && number < histogram.lowest(of: index + 1))
        }
    }

    @Test func quantilesAreKnownUpToAShare() {
        var histogram = Histogram(precision: 5)
        for number in 1...100_000 { histogram.add(number) }
        for fraction in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let exact = fraction * 100_000
            let found = Double(histogram.quantile(fraction))
            #expect(found >= exact && found <= exact * (1 + 1.0 / 32))
        }
        #expect(histogram.quantile(1) == 100_000)
    }

    @Test func smallNumbersAreExact() {
        var histogram = Histogram(precision: 3)
        for number in [5, 5, 6, 7] { histogram.add(number) }
        #expect(histogram.quantile(0.5) == 5 && histogram.quantile(0.75) == 6 && histogram.quantile(1) == 7)
    }

    @Test func nothingHasNoQuantile() {
        #expect(Histogram(precision: 3).quantile(0.5) == 0)
    }
}
