import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct JoinTests {
    @Test func joinedRowsPassTheirGradients() {
        GradientCheck(inputs: [.random(2, 3), .random(1, 3, seed: 2)]) { e in
            let all = e.tape.variable(3, 3, tracked: true)
            e.tape.join(e.inputs[0], into: all.slice(0..<2))
            e.tape.join(e.inputs[1], into: all.slice(2..<3))
            return e.weighed(e.tape.tanh(all))
        }.agreesWithDifferences()
    }

    @Test func joinedSamplesPassTheirGradients() {
        let tape = makeTape()
        let p = tape.tracked([0, 0, 0, 0], columns: 4)
        let sample = tape.oneHot(straightThrough: p, classes: 2)
        tape.choose([1, 0], in: sample)
        let all = tape.variable(2, 4, tracked: true)
        let place = tape.oneHot(straightThrough: all, classes: 2)
        tape.choose([0, 1, 0, 1], in: place)
        tape.join(sample, into: place.slice(1..<2))
        #expect((0..<4).map { place[$0 / 2, $0 % 2] } == [0, 1, 1, 0])
        tape.seed(all, coefficients: tape.tensor([1, 2, 3, 4, 5, 6, 7, 8], columns: 4))
        tape.backward()
        #expect(tape.gradientTensor(p).array == [5, 6, 7, 8])
    }
}
