import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct DifferenceTests {
    @Test func changedGroupsHaveOneAndMinusOne() {
        let tape = makeTape()
        let now = tape.oneHot(2, groups: 2, classes: 3, tracked: false)
        let before = tape.oneHot(2, groups: 2, classes: 3, tracked: false)
        tape.choose([0, 1, 2, 2], in: now)
        tape.choose([0, 2, 1, 0], in: before)
        let y = tape.variable(2, 6, tracked: false)
        tape.difference(now, before, into: y)
        #expect(y.value.array == [0, 0, 0, 0, 1, -1, 0, -1, 1, -1, 0, 1])
    }

    @Test func gradientReachesBothSamplesWithTheirSigns() {
        let tape = makeTape()
        let (p, q) = (
            tape.tracked([0.3, 0.7, 0.5, 0.5], columns: 4), tape.tracked([0.1, 0.9, 0.5, 0.5], columns: 4)
        )
        let now = tape.oneHot(straightThrough: p, classes: 2)
        let before = tape.oneHot(straightThrough: q, classes: 2)
        tape.choose([1, 0], in: now)
        tape.choose([1, 1], in: before)
        let y = tape.variable(1, 4, tracked: true)
        tape.difference(now, before, into: y)
        tape.seed(y, coefficients: tape.tensor([1, -2, 3, 4], columns: 4))
        tape.backward()
        #expect(tape.gradientTensor(p).array == [1, -2, 3, 4])
        #expect(tape.gradientTensor(q).array == [-1, 2, -3, -4])
    }

    @Test func stoppedSamplesGetNoGradient() {
        let tape = makeTape()
        let p = tape.tracked([0.3, 0.7], columns: 2)
        let now = tape.oneHot(straightThrough: p, classes: 2)
        tape.choose([1], in: now)
        let y = tape.variable(1, 2, tracked: true)
        tape.difference(now, now.detached, into: y)
        tape.seed(y, coefficients: tape.tensor([5, 6], columns: 2))
        tape.backward()
        #expect(y.value.array == [0, 0])
        #expect(tape.gradientTensor(p).array == [5, 6])
    }
}
