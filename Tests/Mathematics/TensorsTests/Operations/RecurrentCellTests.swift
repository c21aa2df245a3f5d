import Glibc
import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct RecurrentCellTests {
    private func cell(_ rows: Int, _ n: Int) -> GradientCheck {
        GradientCheck(
            inputs: [.random(rows, 3 * n), .random(rows, n, seed: 2)],
            parameters: [.random(1, 3 * n, seed: 3, scale: 0.3, offset: 1), .random(1, 3 * n, seed: 4)]
        ) { e in
            let next = e.tape.variable(rows, n, tracked: true)
            e.tape.recurrentCell(
                gates: e.inputs[0], scale: e.parameters[0], offset: e.parameters[1], epsilon: 1e-3,
                previous: e.inputs[1], into: next)
            return e.weighed(next)
        }
    }

    @Test(arguments: [1, 5, 17]) func cellHasItsGradients(n: Int) { cell(3, n).agreesWithDifferences() }

    @Test func twoThreadsStepTheSame() { cell(700, 17).agreesBetweenThreads() }

    @Test(arguments: oddLengths) func cellIsTheEquation(n: Int) {
        let tape = makeTape()
        let rows = 2
        let gates = normals(rows * 3 * n, seed: 1)
        let previous = normals(rows * n, seed: 2)
        let store = ParameterStore([
            ParameterSpecification("scale", [3 * n], .vector, .one, group: .model),
            ParameterSpecification("offset", [3 * n], .vector, .zero, group: .model),
        ])
        store["scale"].value.copy(from: normals(3 * n, seed: 3, scale: 0.3, offset: 1))
        store["offset"].value.copy(from: normals(3 * n, seed: 4))
        let next = Variable.constant(tape.tensor(rows, n))
        tape.recurrentCell(
            gates: .constant(tape.tensor(gates, columns: 3 * n)), scale: store["scale"], offset: store["offset"],
            epsilon: 1e-3, previous: .constant(tape.tensor(previous, columns: n)), into: next)

        var expected: [Double] = []
        for row in 0..<rows {
            let x = gates[row * 3 * n..<(row + 1) * 3 * n].map(Double.init)
            let mean = x.reduce(0, +) / Double(3 * n)
            let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(3 * n)
            let y = x.indices.map { i in
                (x[i] - mean) / (variance + 1e-3).squareRoot() * Double(store["scale"].value[i])
                    + Double(store["offset"].value[i])
            }
            for i in 0..<n {
                let update = plainSigmoid(y[2 * n + i] - 1)
                expected.append(
                    update * Glibc.tanh(plainSigmoid(y[i]) * y[n + i]) + (1 - update) * Double(previous[row * n + i]))
            }
        }
        #expect(relativeError(next.value.array, expected) < 1e-6)
    }
}
