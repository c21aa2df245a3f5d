import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct CategoricalTests {
    private func softmax(_ rows: Int, groups: Int, classes: Int, unimix: Float) -> GradientCheck {
        GradientCheck(inputs: [.random(rows, groups * classes, scale: 1.5)]) { e in
            e.weighed(e.tape.softmax(e.inputs[0], classes: classes, unimix: unimix))
        }
    }

    /// KL(q ‖ p) of two softmaxes, dynamics on p and representation on q, none below the free nats.
    private func divergence(_ rows: Int, classes: Int, free: Float) -> GradientCheck {
        let groups = 2
        let (dynamics, representation): (Float, Float) = (0.8, 0.3)
        return GradientCheck(
            inputs: [.random(rows, groups * classes, scale: 1.5), .random(rows, groups * classes, seed: 2, scale: 1.5)]
        ) { e in
            let q = e.tape.softmax(e.inputs[0], classes: classes, unimix: 0.01)
            let p = e.tape.softmax(e.inputs[1], classes: classes, unimix: 0.01)
            _ = e.tape.divergence(q, p, free: free, dynamics: dynamics, representation: representation)
            let stoppedQ = e.tape.softmax(.constant(e.base[0]), classes: classes, unimix: 0.01)
            let stoppedP = e.tape.softmax(.constant(e.base[1]), classes: classes, unimix: 0.01)
            return Double(dynamics) * plainDivergence(stoppedQ.value, p.value, free: Double(free))
                + Double(representation) * plainDivergence(q.value, stoppedP.value, free: Double(free))
        }
    }

    /// Σ over rows of max(free, Σ q log(q / p)).
    private func plainDivergence(_ q: Tensor, _ p: Tensor, free: Double) -> Double {
        (0..<q.rows).reduce(0) { total, row in
            total
                + max(
                    free,
                    (0..<q.columns).reduce(0) {
                        $0 + Double(q[row, $1]) * Glibc.log(Double(q[row, $1]) / Double(p[row, $1]))
                    })
        }
    }

    @Test(arguments: [0, 0.01, 0.3] as [Float]) func softmaxHasItsGradient(unimix: Float) {
        softmax(3, groups: 2, classes: 5, unimix: unimix).agreesWithDifferences()
    }

    @Test func divergenceHasItsGradientsOnBothSides() {
        divergence(5, classes: 4, free: 0).agreesWithDifferences()
    }

    @Test func divergenceBelowTheFreeNatsHasNoGradient() {
        let tape = makeTape()
        let logits = normals(12, seed: 1)
        let q = tape.softmax(tape.tracked(logits, columns: 12), classes: 4, unimix: 0.01)
        let input = tape.tracked(logits.map { $0 * 1.1 }, columns: 12)
        let p = tape.softmax(input, classes: 4, unimix: 0.01)
        let kl = tape.divergence(q, p, free: 1, dynamics: 1, representation: 1)
        #expect(kl[0] > 0 && kl[0] < 1)
        tape.backward()
        #expect(tape.gradientTensor(input).array.allSatisfy { $0 == 0 })
        #expect(tape.gradientTensor(q).array.allSatisfy { $0 == 0 })
    }

    /// Some rows above and some below: only those above count.
    @Test func freeNatsAreCountedRowByRow() {
        let tape = makeTape()
        let (a, b) = (normals(48, seed: 1, scale: 1.5), normals(48, seed: 1002, scale: 1.5))
        let q = tape.softmax(tape.tracked(a, columns: 8), classes: 4, unimix: 0.01)
        let p = tape.softmax(tape.tracked(b, columns: 8), classes: 4, unimix: 0.01)
        let free = tape.divergence(q, p, free: 0, dynamics: 0, representation: 0).array.sorted()[3]
        let kl = tape.divergence(q, p, free: free, dynamics: 1, representation: 1)
        tape.backward()
        for row in 0..<6 {
            let gradients = (0..<8).map { tape.gradientTensor(p)[row, $0] }
            #expect(gradients.contains { $0 != 0 } == (kl[row] >= free))
        }
    }

    @Test func twoThreadsComputeTheSameCategoricals() {
        softmax(1200, groups: 3, classes: 7, unimix: 0.01).agreesBetweenThreads()
        divergence(1200, classes: 7, free: 0.5).agreesBetweenThreads()
    }

    /// The mode's gradient is that of the logarithm of the probabilities.
    @Test func modeIsStraightThroughToTheLogarithm() {
        let tape = makeTape()
        let p = tape.tracked([0.2, 0.5, 0.3, 0.6, 0.1, 0.3], columns: 6)
        let mode = tape.mode(p, classes: 3)
        #expect((mode[0, 0], mode[0, 1]) == (1, 0))
        let store = ParameterStore([ParameterSpecification("w", [2, 6], .linear, .zero, group: .model)])
        store["w"].value.copy(from: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let y = tape.variable(1, 2, tracked: true)
        tape.multiply(mode, store["w"], into: y)
        #expect(y.value.array == [10, 12])  // rows 1 and 3
        tape.seed(y, coefficients: tape.tensor([1, -2], columns: 2))
        tape.backward()
        let expected = (0..<6).map { i in (Double(2 * i + 1) - 2 * Double(2 * i + 2)) / Double(p.value[i]) }
        #expect(relativeError(tape.gradientTensor(p).array, expected) < 1e-6)
    }
}
