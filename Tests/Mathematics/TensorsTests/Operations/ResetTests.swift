import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ResetTests {
    @Test func resetHasItsGradients() {
        GradientCheck(inputs: [.random(1, 3), .random(4, 3, seed: 2)]) { e in
            let state = e.tape.variable(4, 3, tracked: true)
            e.tape.reset(
                initial: e.inputs[0], previous: e.inputs[1], first: e.tape.bytes([0, 1, 0, 1]), into: state)
            return e.weighed(state)
        }.agreesWithDifferences()
    }

    @Test func resetWithoutAPreviousStateStartsEveryRow() {
        GradientCheck(inputs: [.random(1, 3)]) { e in
            let state = e.tape.variable(4, 3, tracked: true)
            e.tape.reset(initial: e.inputs[0], previous: nil, first: e.tape.bytes([0, 1, 0, 1]), into: state)
            return e.weighed(state)
        }.agreesWithDifferences()
    }

    /// Choices are copied row by row, and so are the gradients of the dense rows they stand for.
    @Test func resetSamplesPassTheirGradients() {
        let tape = makeTape()
        let initialP = tape.tracked([0, 0, 0, 0], columns: 4)
        let previousP = tape.tracked([Float](repeating: 0, count: 8), columns: 4)
        let initial = tape.oneHot(straightThrough: initialP, classes: 2)
        let previous = tape.oneHot(straightThrough: previousP, classes: 2)
        let stateP = tape.variable(2, 4, tracked: true)
        let state = tape.oneHot(straightThrough: stateP, classes: 2)
        tape.choose([1, 0], in: initial)
        tape.choose([0, 1, 0, 1], in: previous)
        tape.reset(initial: initial, previous: previous, first: tape.bytes([1, 0]), into: state)
        #expect((0..<4).map { state[$0 / 2, $0 % 2] } == [1, 0, 0, 1])
        tape.seed(stateP, coefficients: tape.tensor([1, 2, 3, 4, 5, 6, 7, 8], columns: 4))
        tape.backward()
        #expect(tape.gradientTensor(initialP).array == [1, 2, 3, 4])
        #expect(tape.gradientTensor(previousP).array == [0, 0, 0, 0, 5, 6, 7, 8])
    }
}
