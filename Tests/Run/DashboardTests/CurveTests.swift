import Testing

@testable import Dashboard

@Suite struct CurveTests {
    private func curve(_ samples: Int, _ value: (Int) -> Double = Double.init) -> Curve {
        var curve = Curve()
        for index in 0..<samples {
            curve.add(CurvePoint(steps: Double(index), minutes: Double(index) / 60, value: value(index)))
        }
        return curve
    }

    @Test func aFewSamplesAreAllThere() {
        let curve = curve(10)
        #expect(curve.points.map(\.value) == (0..<10).map(Double.init))
        #expect(curve.points.allSatisfy { $0.low == $0.value && $0.high == $0.value })
    }

    @Test(arguments: [513, 1024, 1025, 5000, 100_000]) func manySamplesBecomeFewPointsOfTheSameMean(samples: Int) {
        let curve = curve(samples)
        #expect((Curve.capacity / 2...Curve.capacity).contains(curve.points.count))
        #expect(curve.points.first?.low == 0 && curve.points.last?.high == Double(samples - 1))
        // Each sample lies within the range of exactly one point.
        for (one, next) in zip(curve.points, curve.points.dropFirst()) { #expect(one.high + 1 == next.low) }
        for point in curve.points { #expect(abs(point.value - (point.low + point.high) / 2) < 1e-6 * Double(samples)) }
    }

    @Test func samplesOfTheSameStepsAreOnePoint() {
        var curve = Curve()
        for (steps, value) in [(10, 1.0), (10, 3), (20, 5), (20, 6), (20, 10)] {
            curve.add(CurvePoint(steps: Double(steps), minutes: 0, value: value))
        }
        #expect(curve.points.map(\.value) == [2, 7] && curve.points.map(\.weight) == [2, 3])
        #expect(curve.points.map(\.low) == [1, 5] && curve.points.map(\.high) == [3, 10])
    }

    @Test func whatIsNoNumberIsLeftOut() {
        #expect(curve(3) { $0 == 1 ? .nan : 1 }.points.count == 2)
        #expect(curve(3) { $0 == 1 ? .infinity : 1 }.points.count == 2)
    }

    @Test func changesAreToldOnce() {
        var curve = curve(3)
        #expect(curve.takeChanges() == 0)
        #expect(curve.takeChanges() == nil)
        curve.add(CurvePoint(steps: 3, minutes: 0, value: 1))
        #expect(curve.takeChanges() == 3)
    }

    /// What a page puts together from changes is the curve.
    @Test func changesMakeUpTheCurve() {
        var (curve, copy, generation) = (Curve(), [CurvePoint](), 0)
        for index in 0..<3000 {
            curve.add(CurvePoint(steps: Double(index), minutes: 0, value: Double(index % 7)))
            guard index % 5 == 0, let first = curve.takeChanges() else { continue }
            if curve.generation != generation { (copy, generation) = ([], curve.generation) }
            // A merge changes everything.
            #expect(first <= copy.count)
            copy.replaceSubrange(min(first, copy.count)..., with: curve.points[first...])
            #expect(copy == curve.points)
        }
    }

    @Test func valuesBetweenPointsLieOnALine() {
        let curve = curve(3) { [10, 20, 40][$0] }
        #expect(curve.value(at: 0) == 10)
        #expect(curve.value(at: 1.5) == 30)
        #expect(curve.value(at: 3) == nil && curve.value(at: -1) == nil)
    }
}
