import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ProductTests {
    private func product(_ rows: Int, _ inputs: Int, _ outputs: Int) -> GradientCheck {
        GradientCheck(inputs: [.random(rows, inputs)], parameters: [.random(inputs, outputs)]) { e in
            let y = e.tape.variable(rows, outputs, tracked: true)
            e.tape.multiply(e.inputs[0], e.parameters[0], into: y)
            return e.weighed(y)
        }
    }

    /// y = [a, b] W + c: two slices of one weight, the second accumulated, and a bias.
    private func concatenation(_ rows: Int, _ a: Int, _ b: Int, _ outputs: Int) -> GradientCheck {
        GradientCheck(
            inputs: [.random(rows, a), .random(rows, b, seed: 2)],
            parameters: [.random(a + b, outputs), .random(1, outputs, seed: 3)]
        ) { e in
            let y = e.tape.variable(rows, outputs, tracked: true)
            e.tape.multiply(e.inputs[0], e.parameters[0].slice(0..<a), into: y)
            e.tape.multiply(e.inputs[1], e.parameters[0].slice(a..<a + b), into: y, accumulate: true)
            e.tape.add(e.parameters[1], to: y)
            return e.weighed(y)
        }
    }

    /// y = x W₁ + one-hot W₂ with slices of one weight: gradients of weight and x.
    private func lookUp(_ rows: Int, groups: Int, classes: Int, _ outputs: Int) -> GradientCheck {
        GradientCheck(inputs: [.random(rows, 3)], parameters: [.random(3 + groups * classes, outputs)]) { e in
            let y = e.tape.variable(rows, outputs, tracked: true)
            let sample = e.tape.oneHot(rows, groups: groups, classes: classes, tracked: false)
            e.tape.choose(integers(rows * groups, below: classes, seed: 5), in: sample)
            e.tape.multiply(sample, e.parameters[0].slice(3..<3 + groups * classes), into: y)
            e.tape.multiply(e.inputs[0], e.parameters[0].slice(0..<3), into: y, accumulate: true)
            return e.weighed(y)
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 7), (5, 17, 3)])
    func denseProductHasItsGradients(_ size: (Int, Int, Int)) {
        product(size.0, size.1, size.2).agreesWithDifferences()
    }

    @Test func slicesAccumulationAndBiasHaveTheirGradients() { concatenation(4, 3, 5, 6).agreesWithDifferences() }

    @Test func lookedUpProductHasItsGradients() { lookUp(4, groups: 2, classes: 3, 5).agreesWithDifferences() }

    @Test func twoThreadsComputeTheSameProducts() {
        product(600, 20, 31).agreesBetweenThreads()  // by rows
        product(20, 60, 333).agreesBetweenThreads()  // by columns
        concatenation(1500, 17, 13, 40).agreesBetweenThreads()
        lookUp(500, groups: 4, classes: 5, 130).agreesBetweenThreads()
    }

    /// The sample's gradient is dense: dy Wᵀ, as if the one-hot rows were a matrix.
    @Test(arguments: [false, true]) func lookedUpProductEqualsDenseProduct(accumulate: Bool) {
        let (rows, groups, classes, outputs) = (7, 3, 4, 70)
        let tape = makeTape()
        let store = ParameterStore([
            ParameterSpecification("w", [outputs, groups * classes], .linear, .zero, group: .model)
        ])
        store["w"].value.copy(from: normals(outputs * groups * classes, seed: 1))
        let choices: [Int32] = integers(rows * groups, below: classes, seed: 2)
        let before = normals(rows * outputs, seed: 3)
        let weights = tape.tensor(normals(rows * outputs, seed: 4), columns: outputs)
        let x = tape.tracked([Float](repeating: 0, count: rows * groups * classes), columns: groups * classes)
        let sample = tape.oneHot(straightThrough: x, classes: classes)
        tape.choose(choices, in: sample)
        for (index, choice) in choices.enumerated() { x.value[index * classes + Int(choice)] = 1 }

        func run(_ multiply: (Variable) -> Void) -> (y: [Float], dx: [Float], dw: [Float]) {
            tape.clear()
            let input = tape.variable(rows, groups * classes, tracked: true)
            precondition(input.slot == x.slot, "the sample shares the slot")
            store.zeroGradients(.model, pool: tape.pool)
            let y = tape.tracked(before, columns: outputs)
            tape.training(.model) { multiply(y) }
            tape.seed(y, coefficients: weights)
            tape.backward()
            return (y.value.array, tape.gradientTensor(x).array, store["w"].gradient.array)
        }
        let lookedUp = run { tape.multiply(sample, store["w"], into: $0, accumulate: accumulate) }
        let dense = run { tape.multiply(x, store["w"], into: $0, accumulate: accumulate) }
        #expect(relativeError(lookedUp.y, dense.y) < 1e-6)
        #expect(relativeError(lookedUp.dx, dense.dx) < 1e-6)
        #expect(relativeError(lookedUp.dw, dense.dw) < 1e-6)
    }
}
