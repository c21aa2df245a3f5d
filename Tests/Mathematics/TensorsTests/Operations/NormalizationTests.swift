import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct NormalizationTests {
    private func layerNorm(_ rows: Int, _ columns: Int) -> GradientCheck {
        GradientCheck(
            inputs: [.random(rows, columns, scale: 2, offset: 0.5)],
            parameters: [.random(1, columns, seed: 2, scale: 0.3, offset: 1), .random(1, columns, seed: 3)]
        ) { e in
            let y = e.tape.variable(rows, columns, tracked: true)
            e.tape.layerNormSiLU(
                e.inputs[0], scale: e.parameters[0], offset: e.parameters[1], epsilon: 1e-3, into: y)
            return e.weighed(y)
        }
    }

    private func batchNorm(_ rows: Int, _ columns: Int) -> GradientCheck {
        GradientCheck(
            inputs: [.random(rows, columns, scale: 2, offset: 0.5)],
            parameters: [.random(1, columns, seed: 2, scale: 0.3, offset: 1), .random(1, columns, seed: 3)]
        ) { e in
            let y = e.tape.variable(rows, columns, tracked: true)
            e.tape.batchNormSiLU(
                e.inputs[0], scale: e.parameters[0], offset: e.parameters[1], epsilon: 1e-3, training: true,
                mean: e.tape.tensor(1, columns), variance: e.tape.tensor(1, columns), into: y)
            return e.weighed(y)
        }
    }

    @Test(arguments: [2, 3, 4, 7, 8, 16, 17]) func layerNormHasItsGradients(columns: Int) {
        layerNorm(19, columns).agreesWithDifferences()
    }

    @Test(arguments: [1, 5]) func batchNormHasItsGradients(columns: Int) {
        batchNorm(6, columns).agreesWithDifferences()
    }

    /// One row is its own mean, whatever it is.
    @Test(arguments: [1, 5, 65]) func aBatchOfOneRowHasNoGradient(columns: Int) {
        #expect(batchNorm(1, columns).gradients(threads: 1).gradients[0] == [Float](repeating: 0, count: columns))
    }

    @Test func twoThreadsNormaliseTheSame() {
        layerNorm(1300, 33).agreesBetweenThreads()
        batchNorm(1300, 65).agreesBetweenThreads()
    }

    /// The statistics go where they are asked for, with biased variance; given ones are used as they are.
    @Test func batchNormWritesStatisticsWhileTrainingAndReadsThemOtherwise() {
        let tape = makeTape()
        let x = tape.tensor([1, 10, 3, 20, 5, 60], columns: 2)
        let (mean, variance) = (tape.tensor(1, 2), tape.tensor(1, 2))
        let store = ParameterStore([
            ParameterSpecification("scale", [2], .vector, .one, group: .model),
            ParameterSpecification("offset", [2], .vector, .zero, group: .model),
        ])
        store["scale"].value.fill(1)
        func apply(training: Bool) -> [Float] {
            let y = Variable.constant(tape.tensor(3, 2))
            tape.batchNormSiLU(
                .constant(x), scale: store["scale"], offset: store["offset"], epsilon: 0, training: training,
                mean: mean, variance: variance, into: y)
            return y.value.array
        }
        _ = apply(training: true)
        #expect(mean.array == [3, 30])
        #expect(relativeError(variance.array, [8.0 / 3, 1400.0 / 3]) < 1e-6)
        mean.copy(from: [1, 0])
        variance.copy(from: [4, 100])
        let expected = [0, 1, 1, 2, 2, 6].map { Double($0) * plainSigmoid(Double($0)) }
        #expect(relativeError(apply(training: false), expected) < 1e-6)
        #expect(mean.array == [1, 0])
    }
}
