import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ScalarsTests {
    private func twoHot(_ rows: Int, bins: Int, targets: [Float]? = nil) -> GradientCheck {
        GradientCheck(inputs: [.random(rows, bins)]) { e in
            let target = e.tape.tensor(targets ?? normals(rows, seed: 9, scale: 5))
            let coefficients = e.constants(rows)
            let loss = e.tape.twoHotLoss(e.inputs[0], target: target, limit: 20, coefficients: coefficients)
            return e.dot(coefficients, loss)
        }
    }

    private func scalar(_ rows: Int, bins: Int) -> GradientCheck {
        GradientCheck(inputs: [.random(rows, bins)]) { e in e.weighed(e.tape.scalar(e.inputs[0], limit: 2)) }
    }

    @Test(arguments: [2, 5, 17]) func twoHotLossHasItsGradient(bins: Int) {
        twoHot(4, bins: bins).agreesWithDifferences()
    }

    @Test func twoHotLossHasItsGradientAtAndBeyondTheEnds() {
        twoHot(5, bins: 5, targets: [-1e12, 1e12, 0, Glibc.expm1f(20), Glibc.expm1f(10)]).agreesWithDifferences()
    }

    @Test(arguments: [2, 5, 17]) func scalarHasItsGradient(bins: Int) { scalar(3, bins: bins).agreesWithDifferences() }

    @Test func twoThreadsComputeTheSameScalars() {
        twoHot(400, bins: 65).agreesBetweenThreads()
        scalar(400, bins: 65).agreesBetweenThreads()
    }

    /// Logits that hold the two-hot code of a number give the number back.
    @Test(arguments: [0, 1, -3.5, 250, -9000, 1e7] as [Float]) func scalarInvertsTheTwoHotCode(number: Float) {
        let (bins, limit) = (255, 20.0)
        let position = (Glibc.copysign(Glibc.log1p(Double(abs(number))), Double(number)) + limit) / (2 * limit) * 254
        let low = Int(position)
        var logits = [Float](repeating: -80, count: bins)
        logits[low] = Float(Glibc.log(max(Double(low + 1) - position, 1e-30)))
        if position > Double(low) { logits[low + 1] = Float(Glibc.log(position - Double(low))) }
        let tape = makeTape()
        let value = tape.scalar(.constant(tape.tensor(logits, columns: bins)), limit: Float(limit)).value[0]
        #expect(abs(value - number) <= 1e-4 * max(1, abs(number)))
    }

    /// A target that is no number must not read beyond the row, and must be seen in the loss.
    @Test func twoHotLossOfNaNIsNaN() {
        let tape = makeTape()
        let logits = tape.tracked(normals(21, seed: 1), columns: 7)
        let loss = tape.twoHotLoss(
            logits, target: tape.tensor([1, .nan, -.infinity]), limit: 20, coefficients: tape.tensor([1, 1, 1]))
        #expect(loss[0].isFinite && loss[1].isNaN && loss[2].isFinite)
        tape.backward()
        #expect((0..<7).allSatisfy { tape.gradientTensor(logits)[0, $0].isFinite })
    }

    @Test func bernoulliLossHasItsGradient() {
        GradientCheck(inputs: [.random(6, 1, scale: 3)]) { e in
            let loss = e.tape.bernoulliLoss(
                e.inputs[0], target: e.tape.tensor([0, 1, 1, 0, 0.3, 1]), coefficient: 0.7)
            return loss.array.reduce(0) { $0 + 0.7 * Double($1) }
        }.agreesWithDifferences()
    }

    @Test func bernoulliLossStaysFiniteForCertainLogits() {
        let tape = makeTape()
        let loss = tape.bernoulliLoss(
            .constant(tape.tensor([200, -200, 200, -200])), target: tape.tensor([1, 0, 0, 1]), coefficient: 1)
        #expect(loss.array == [0, 0, 200, 200])
    }

    @Test func sigmoidAndTanhHaveTheirGradients() {
        GradientCheck(inputs: [.random(3, 5)]) { e in e.weighed(e.tape.sigmoid(e.inputs[0])) }.agreesWithDifferences()
        GradientCheck(inputs: [.random(3, 5)]) { e in e.weighed(e.tape.tanh(e.inputs[0])) }.agreesWithDifferences()
    }

    @Test func parameterAsValueHasItsGradient() {
        GradientCheck(parameters: [.random(1, 7)]) { e in
            e.weighed(e.tape.tanh(e.tape.value(of: e.parameters[0])))
        }.agreesWithDifferences()
    }
}
