import Testing

@testable import Reports

@Suite struct DrawingTests {
    @Test(arguments: [(0.1, 0.1), (0.2, 0.2), (0.21, 0.5), (3, 5), (179, 200), (600, 1000), (1e-5, 1e-5)])
    func niceSteps(least: Double, expected: Double) {
        #expect(abs(Ticks.niceStep(least) / expected - 1) < 1e-9)
    }

    @Test func ticksSurroundTheValues() {
        #expect(Axis(around: [-0.97, 0.9], count: 6).ticks.map(Ticks.label) == ["−1", "−0.5", "0", "0.5", "1"])
        #expect(Axis(around: [3], count: 6).ticks.map(Ticks.label) == ["1.5", "2", "2.5", "3", "3.5", "4", "4.5"])
        #expect(Axis(around: [], count: 2).ticks.map(Ticks.label) == ["0", "0.5", "1"])
        #expect(Axis(from0To: 9100, count: 6).ticks.map(Ticks.label) == ["0", "2,000", "4,000", "6,000", "8,000"])
    }

    @Test func valuesFarApartAreDrawnOnALogarithmicScale() {
        let axis = Axis(logarithmicAround: [1, 10_000], count: 4)
        #expect(axis.isLogarithmic && axis.ticks.map(Ticks.label) == ["1", "10", "100", "1,000", "10,000"])
        #expect(abs(axis.place(100) - 0.5) < 1e-9)
        #expect(!Axis(logarithmicAround: [0, 10_000], count: 4).isLogarithmic)
        #expect(!Axis(logarithmicAround: [1, 50], count: 4).isLogarithmic)
    }

    @Test func markupIsEscaped() {
        let markup = Markup("a", ["b": "\"<&"], [Markup("c", text: "1 < 2 & \u{1}3")])
        #expect(markup.text == #"<a b="&quot;&lt;&amp;"><c>1 &lt; 2 &amp; 3</c></a>"#)
    }

    @Test func cellsAreQuotedWhereTheyMustBe() {
        #expect(CSV.text([["a", "b,c"], ["d\"e", "f\ng"]]) == "a,\"b,c\"\n\"d\"\"e\",\"f\ng\"\n")
    }

    /// A line goes where its values are: from the lower left corner to the upper right one.
    @Test func curvesLieWhereTheirValuesAre() throws {
        let curve = Curve([[(0, 0), (90, 1)]], width: 10)
        let plot = Plot(
            series: [.init(color: 1, curve: curve)], x: Axis(from0To: 100, count: 5), y: Axis(around: [0, 1], count: 2))
        let text = plot.draw(in: .init(x: 10, y: 20, width: 200, height: 100)).text
        #expect(text.contains(#"<polyline class="line c1" points="20.0,120.0 200.0,20.0"></polyline>"#))
        #expect(!text.contains("polygon"), "one run has no spread")
    }
}
