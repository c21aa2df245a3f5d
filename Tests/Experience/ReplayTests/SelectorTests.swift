import Experience
import Numbers
import Replay
import TestSupport
import Testing

@Suite(.blocking) struct SelectorTests {
    private static let length = 4

    /// Two environments in turn, trajectories of several lengths, one gap; the selector hears of each.
    private func replay(_ selector: inout any Selector, ids: ClosedRange<Int64> = 1...20) -> ReplayIndex {
        var index = ReplayIndex()
        var next = [0, 0]
        for id in ids {
            let environment = Int(id) % 2
            if id == 12 { next[environment] += 1000 }
            let record = TrajectoryRecord(
                id: id, stream: StreamKey(actor: "a", incarnation: 1, environment: environment),
                firstStep: UInt64(next[environment]), steps: 1 + Int(id) % 5, bytes: 0)
            next[environment] += record.steps
            index.append(record)
            selector.insert(record)
        }
        return index
    }

    private func all(_ index: inout ReplayIndex) -> [SequenceLocation] {
        (0..<index.starts(length: Self.length)).map { index.sequence($0, length: Self.length) }
    }

    /// Chi-square: with k − 1 degrees of freedom the statistic has mean k − 1 and variance 2(k − 1); five standard deviations
    /// away is no accident.
    @Test(arguments: Selection.allCases) func drawsAreUniformOnceAllIsServed(selection: Selection) throws {
        var selector = selection.selector(length: Self.length)
        var index = replay(&selector)
        let sequences = all(&index)
        var generator = SplitMix64(seed: 3)
        if selection == .freshFirst {
            for _ in sequences { _ = selector.next(in: &index, using: &generator) }
        }
        let draws = 100_000
        var counts = [Int](repeating: 0, count: sequences.count)
        for _ in 0..<draws {
            let drawn = try #require(selector.next(in: &index, using: &generator))
            counts[try #require(sequences.firstIndex(of: drawn))] += 1
        }
        let expected = Double(draws) / Double(sequences.count)
        let statistic = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        let freedom = Double(sequences.count - 1)
        #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot(), "\(statistic) of \(freedom)")
    }

    @Test(arguments: Selection.allCases) func nothingIsDrawnFromTooLittle(selection: Selection) {
        var selector = selection.selector(length: Self.length)
        var index = replay(&selector, ids: 1...2)
        var generator = SplitMix64(seed: 3)
        #expect(selector.next(in: &index, using: &generator) == nil)
    }

    /// Fresh sequences share one frame with the one before, so that every step behind a first frame comes exactly once.
    @Test func freshSequencesComeOnceAndInOrder() throws {
        var selector: any Selector = FreshFirstSelector(length: Self.length)
        var index = replay(&selector, ids: 1...10)
        var generator = SplitMix64(seed: 3)
        var served: [SequenceLocation] = []
        // Environment 1 has 14 steps, environment 0 has 16: three sequences of four trained steps each.
        for _ in 0..<6 { served.append(try #require(selector.next(in: &index, using: &generator))) }
        let trained = served.flatMap {
            $0.pieces.flatMap { piece in piece.steps.map { [Int(piece.trajectory), $0] } }.dropFirst()
        }
        #expect(Set(trained).count == 24 && trained.count == 24)
        let ends = served.compactMap { $0.pieces.last?.trajectory }
        #expect(ends == ends.sorted())
        let before = generator
        _ = selector.next(in: &index, using: &generator)
        #expect(generator != before, "what comes then is drawn")
    }

    /// A selector that draws needs a number, one that serves in order none: a run repeats either way.
    @Test(arguments: Selection.allCases) func theSeedDecides(selection: Selection) {
        let drawn = (0..<2).map { _ in
            var selector = selection.selector(length: Self.length)
            var index = replay(&selector)
            var generator = SplitMix64(seed: 8)
            return (0..<50).compactMap { _ in selector.next(in: &index, using: &generator) }
        }
        #expect(drawn[0].count == 50 && drawn[0] == drawn[1])
    }
}
