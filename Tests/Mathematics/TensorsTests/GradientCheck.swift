import Tensors
import Testing

/// Compares the gradients of an operation with differences of a scalar loss, and its results on one thread with those
/// on two.
struct GradientCheck {
    /// A leaf of the computation: a matrix of given values.
    struct Leaf {
        var values: [Float]
        let columns: Int

        /// Random values.
        static func random(_ rows: Int, _ columns: Int, seed: UInt64 = 1, scale: Float = 1, offset: Float = 0) -> Leaf {
            Leaf(
                values: normals(rows * columns, seed: seed &* 1000 &+ UInt64(columns), scale: scale, offset: offset),
                columns: columns)
        }
    }

    /// One evaluation of the loss: the leaves on a tape.
    final class Evaluation {
        let tape: Tape
        let inputs: [Variable]
        let parameters: [Parameter]
        /// The inputs before anything was varied.
        let base: [Tensor]
        private var random = RandomStream(seed: 77)

        init(tape: Tape, inputs: [Variable], parameters: [Parameter], base: [Tensor]) {
            (self.tape, self.inputs, self.parameters, self.base) = (tape, inputs, parameters, base)
        }

        /// Random constants, the same in every evaluation.
        func constants(_ rows: Int, _ columns: Int = 1) -> Tensor {
            let tensor = tape.tensor(rows, columns)
            random.fillNormal(tensor)
            return tensor
        }

        /// Σ w · y with random weights: makes a loss of any output.
        func weighed(_ y: Variable) -> Double {
            let weights = constants(y.rows, y.columns)
            tape.seed(y, coefficients: weights)
            return dot(weights, y.value)
        }

        func dot(_ a: Tensor, _ b: Tensor) -> Double {
            zip(a.array, b.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
    }

    var inputs: [Leaf] = []
    var parameters: [Leaf] = []
    /// Distance of the differences: large enough for Float32, and the fourth-order formula forgives it.
    var step: Float = 0.02
    var tolerance = 1e-3
    /// Records the operation, asks for gradients of a scalar loss, and returns the loss.
    let loss: (Evaluation) -> Double

    /// The loss and the gradients of all leaves.
    func gradients(threads: Int) -> (loss: Double, gradients: [[Float]]) {
        run(makeTape(threads: threads), inputs, parameters, differentiated: true)
    }

    private func run(
        _ tape: Tape, _ inputs: [Leaf], _ parameters: [Leaf], differentiated: Bool
    ) -> (loss: Double, gradients: [[Float]]) {
        tape.clear()
        tape.arena.reset()
        let store = ParameterStore(
            parameters.indices.map { index in
                let leaf = parameters[index]
                return ParameterSpecification(
                    "\(index)", [leaf.columns, leaf.values.count / leaf.columns], .linear, .zero, group: .model)
            })
        for (index, leaf) in parameters.enumerated() { store["\(index)"].value.copy(from: leaf.values) }
        let evaluation = Evaluation(
            tape: tape, inputs: inputs.map { tape.tracked($0.values, columns: $0.columns) },
            parameters: parameters.indices.map { store["\($0)"] },
            base: self.inputs.map { tape.tensor($0.values, columns: $0.columns) })
        let loss = tape.training(.model) { self.loss(evaluation) }
        guard differentiated else { return (loss, []) }
        tape.backward()
        let gradients =
            evaluation.inputs.map { tape.gradientTensor($0).array } + evaluation.parameters.map { $0.gradient.array }
        return withExtendedLifetime(store) { (loss, gradients) }
    }

    /// Expects the gradient of every leaf to agree with fourth-order central differences.
    func agreesWithDifferences(sourceLocation: SourceLocation = #_sourceLocation) {
        let analytic = gradients(threads: 1).gradients
        let tape = makeTape()
        for leaf in analytic.indices {
            let numeric = analytic[leaf].indices.map { element in
                func moved(_ steps: Float) -> Double {
                    var (inputs, parameters) = (inputs, parameters)
                    if leaf < inputs.count {
                        inputs[leaf].values[element] += steps * step
                    } else {
                        parameters[leaf - inputs.count].values[element] += steps * step
                    }
                    return run(tape, inputs, parameters, differentiated: false).loss
                }
                return (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * Double(step))
            }
            let error = relativeError(analytic[leaf], numeric)
            let name = leaf < inputs.count ? "input \(leaf)" : "parameter \(leaf - inputs.count)"
            #expect(error <= tolerance, "gradient of \(name)", sourceLocation: sourceLocation)
        }
    }

    /// Expects two threads to compute what one does.
    func agreesBetweenThreads(sourceLocation: SourceLocation = #_sourceLocation) {
        let one = gradients(threads: 1)
        let two = gradients(threads: 2)
        #expect(abs(one.loss - two.loss) <= 1e-5 * max(abs(one.loss), 1), sourceLocation: sourceLocation)
        for (leaf, (a, b)) in zip(one.gradients, two.gradients).enumerated() {
            #expect(relativeError(b, a) <= 1e-5, "leaf \(leaf)", sourceLocation: sourceLocation)
        }
    }
}
