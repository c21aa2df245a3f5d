import Testing
import Visions

/// Frames of four values, black or white, where the right answer is known.
@Suite struct HallucinationTests {
    /// Two frames seen, then predictions; the mask is what changed since the frame before.
    private func vision(truth: [[UInt8]], model: [[UInt8]]) -> Vision {
        let masks = truth.indices.map { step in
            step == 0
                ? truth[0].map { _ in UInt8(0) } : zip(truth[step], truth[step - 1]).map { $0 == $1 ? 0 : UInt8(255) }
        }
        return Vision(kind: .openloop, size: 2, channels: 1, context: 2, truth: truth, masks: masks, model: model)
    }

    /// A ball goes from left to right in the upper row, then down.
    private let ball: [[UInt8]] = [[0, 0, 0, 0], [255, 0, 0, 0], [0, 255, 0, 0], [0, 0, 0, 255]]

    @Test func whoPredictsTheTruthHasNoErrorAndInventsNothing() {
        let numbers = Hallucination([vision(truth: ball, model: ball)])
        #expect(numbers.steps.map(\.step) == [1, 2] && numbers.steps.map(\.frames) == [1, 1])
        let all = numbers.all
        #expect(all.frames == 2 && all.moving == 0.5 && all.inside == 0 && all.outside == 0)
        #expect(all.frozen == 0.75 && all.invented == 0)
        // In the second step one of the two places that move is as in the last frame that was seen.
        #expect(numbers.steps.map(\.frozen) == [1, 0.5])
    }

    @Test func whoStandsStillErrsInsideAsTheFrozenFrame() {
        let still = [ball[0], ball[1], ball[1], ball[1]]
        let numbers = Hallucination([vision(truth: ball, model: still)])
        #expect(numbers.all.inside == numbers.all.frozen && numbers.all.inside == 0.75)
        #expect(numbers.all.outside == 0.25)
        #expect(numbers.all.invented == nil, "nothing was predicted to change")
    }

    @Test func aSecondBallThatIsNotThereIsInvented() {
        let doubled: [[UInt8]] = [ball[0], ball[1], [0, 255, 255, 0], [0, 0, 0, 255]]
        let numbers = Hallucination([vision(truth: ball, model: doubled)])
        // Of three values that change in the first step one is where nothing changes; of three in the second, too.
        #expect(numbers.steps.map(\.invented) == [1.0 / 3, 1.0 / 3])
        #expect(numbers.steps.map(\.outside) == [0.5, 0] && numbers.steps.map(\.inside) == [0, 0])
    }

    @Test func sequencesOfAnyLengthAreOneNumber() {
        let short = vision(truth: Array(ball.prefix(3)), model: [ball[0], ball[1], ball[1]])
        let numbers = Hallucination([vision(truth: ball, model: ball), short])
        #expect(numbers.steps.map(\.frames) == [2, 1])
        #expect(numbers.steps[0].inside == 0.5 && numbers.steps[1].inside == 0)
        #expect(numbers.csv.split(separator: "\n").count == 3)
        #expect(numbers.csv.hasPrefix("step,frames,moving,inside,outside,frozen,invented\n1,2,0.5,0.5,0.0,1.0,0.0\n"))
    }

    @Test func whereNothingMovesThereIsNothingInside() {
        let still = vision(truth: [ball[1], ball[1], ball[1]], model: [ball[1], ball[1], ball[2]])
        let numbers = Hallucination([still])
        #expect(numbers.all.inside == nil && numbers.all.frozen == nil)
        #expect(numbers.all.invented == 1 && numbers.all.outside == 0.5)
        #expect(Hallucination([]).steps.isEmpty)
    }
}
