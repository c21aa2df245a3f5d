import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct TapeTests {
    private func weights(_ inputs: Int, _ outputs: Int) -> ParameterStore {
        let store = ParameterStore([
            ParameterSpecification("w", [outputs, inputs], .linear, .hidden, group: .model),
            ParameterSpecification("b", [outputs], .vector, .zero, group: .model),
        ])
        var random = RandomStream(seed: 1)
        store.initialize(&random)
        return store
    }

    @Test func outputThatNobodyUsesDoesNothing() {
        let tape = makeTape()
        let store = weights(3, 2)
        let x = tape.tracked([1, 2, 3], columns: 3)
        let y = tape.variable(1, 2, tracked: true)
        tape.training(.model) {
            tape.multiply(x, store["w"], into: y)
            _ = tape.tanh(y)
        }
        let before = tape.arena.mark
        tape.backward()
        #expect(tape.incoming(x) == nil)
        #expect(store["w"].gradient.array.allSatisfy { $0 == 0 })
        tape.arena.rewind(to: before)
        #expect(tape.gradientTensor(x).array == [0, 0, 0])
    }

    @Test func detachedValueStopsTheGradient() {
        let tape = makeTape()
        let x = tape.tracked([0.1, 0.2], columns: 2)
        let y = tape.tanh(x)
        #expect(!y.detached.isTracked && !tape.tanh(y.detached).isTracked)
        let z = tape.tanh(y)
        tape.seed(z.detached, coefficients: tape.tensor([1, 1], columns: 2))
        tape.backward()
        #expect(tape.gradientTensor(x).array == [0, 0])
    }

    @Test func parametersOutsideTheTrainedGroupGetNoGradient() {
        let tape = makeTape()
        let store = weights(3, 2)
        for (group, trained) in [(ParameterGroup.actor, false), ([], false), (.model, true), ([.model, .actor], true)] {
            store.zeroGradients(.model, pool: tape.pool)
            tape.clear()
            let x = tape.tracked([1, 2, 3], columns: 3)
            let y = tape.variable(1, 2, tracked: true)
            tape.training(group) {
                tape.multiply(x, store["w"], into: y)
                tape.add(store["b"], to: y)
            }
            #expect(tape.trainable == [])
            tape.seed(y, coefficients: tape.tensor([1, 1], columns: 2))
            tape.backward()
            for name in ["w", "b"] { #expect(store[name].gradient.array.contains { $0 != 0 } == trained) }
            #expect(tape.gradientTensor(x).array.allSatisfy { $0 != 0 })
        }
    }

    @Test func valueUsedTwiceGetsBothGradients() {
        GradientCheck(inputs: [.random(2, 3)]) { e in
            let y = e.tape.tanh(e.inputs[0])
            return e.weighed(e.tape.sigmoid(y)) + e.weighed(y)
                + e.weighed(e.tape.tanh(e.inputs[0].reshaped(columns: 2)))
        }.agreesWithDifferences()
    }

    /// Counts the products that wait when the backward pass comes to it.
    private struct Probe: Operation {
        let count: UnsafeMutablePointer<Int>
        func backward(on tape: Tape) { count.pointee = tape.pending.count }
    }

    /// Steps of a loop over time whose buffers lie one after another wait as one product each.
    @Test func weightGradientsOfATimeLoopBecomeOneProduct() {
        let (steps, batch, inputs, outputs) = (6, 4, 5, 16)
        let store = weights(inputs, outputs)
        let tape = makeTape()
        let count = tape.arena.allocate(Int.self, 1)
        let values = normals(steps * batch * inputs, seed: 3)
        let weights = tape.tensor(normals(steps * batch * outputs, seed: 4), columns: outputs)

        func gradient(_ body: (Variable, Variable) -> Void) -> [Float] {
            tape.clear()
            store.zeroGradients(.model, pool: tape.pool)
            let (x, y) = (
                tape.tracked(values, columns: inputs), tape.variable(steps * batch, outputs, tracked: true)
            )
            tape.record(Probe(count: count))
            tape.training(.model) { body(x, y) }
            tape.seed(y, coefficients: weights)
            tape.backward()
            return store["w"].gradient.array + store["b"].gradient.array
        }
        let loop = gradient { x, y in
            for step in 0..<steps {
                let now = step * batch..<(step + 1) * batch
                tape.multiply(x.slice(now), store["w"], into: y.slice(now))
                tape.add(store["b"], to: y.slice(now))
            }
        }
        #expect(count.pointee == 2)
        #expect(tape.pending.isEmpty)
        let whole = gradient { x, y in
            tape.multiply(x, store["w"], into: y)
            tape.add(store["b"], to: y)
        }
        #expect(loop == whole)
    }

    @Test func lookUpsOfATimeLoopBecomeOneProduct() {
        let (steps, batch, groups, classes, outputs) = (5, 2, 3, 4, 7)
        let store = weights(groups * classes, outputs)
        let tape = makeTape()
        let count = tape.arena.allocate(Int.self, 1)
        let sample = tape.oneHot(steps * batch, groups: groups, classes: classes, tracked: true)
        tape.choose(integers(steps * batch * groups, below: classes, seed: 2), in: sample)
        let y = tape.variable(steps * batch, outputs, tracked: true)
        tape.record(Probe(count: count))
        tape.training(.model) {
            for step in 0..<steps {
                let now = step * batch..<(step + 1) * batch
                tape.multiply(sample.slice(now), store["w"], into: y.slice(now))
            }
        }
        tape.seed(y, coefficients: tape.tensor(normals(steps * batch * outputs, seed: 4), columns: outputs))
        tape.backward()
        #expect(count.pointee == 1)
    }

    @Test func inputsThatLieApartWaitSeparately() {
        let store = weights(3, 2)
        let tape = makeTape()
        let count = tape.arena.allocate(Int.self, 1)
        let y = tape.variable(2, 2, tracked: true)
        tape.record(Probe(count: count))
        let inputs = (0..<2).map { tape.tracked([1, 2, Float($0)], columns: 3) }
        tape.training(.model) {
            for row in 0..<2 { tape.multiply(inputs[row], store["w"], into: y.slice(row..<row + 1)) }
        }
        tape.seed(y, coefficients: tape.tensor([1, 2, 3, 4], columns: 2))
        tape.backward()
        #expect(count.pointee == 2)
        #expect(store["w"].gradient.array == [4, 6, 8, 12, 3, 4])
    }

    @Test func secondIdenticalStepAsksForNoMemory() {
        let tape = makeTape(threads: 2)
        let store = weights(30, 300)
        var capacities: [Int] = []
        for _ in 0..<3 {
            tape.clear()
            tape.arena.reset()
            let x = tape.tracked(normals(2000 * 30, seed: 1), columns: 30)
            tape.training(.model) {
                let y = tape.variable(2000, 300, tracked: true)
                tape.multiply(x, store["w"], into: y)
                let z = tape.softmax(y, classes: 30, unimix: 0.01)
                tape.seed(z, coefficients: z.value)
            }
            tape.backward()
            capacities.append(tape.arena.capacity + tape.scratch.capacity)
        }
        #expect(capacities[0] > 0 && Set(capacities).count == 1)
    }

    // MARK: Checkpoints

    /// tanh(tanh(x)) with a second branch at the inner value, run backwards in pieces or as a whole.
    private func branches(inPieces: Bool) -> (gradients: [Float], weights: [Float], left: Bool) {
        let tape = makeTape()
        let store = weights(4, 3)
        let x = tape.tracked(normals(20, seed: 1), columns: 4)
        let y = tape.tanh(x)
        tape.keepGradient(of: y)
        let before = tape.arena.mark
        for coefficient in [1, -0.5] as [Float] {
            let branch = inPieces ? tape.checkpoint() : nil
            tape.training(.model) {
                let z = tape.variable(5, 3, tracked: true)
                tape.multiply(y, store["w"], into: z)
                let end = tape.tanh(z)
                tape.seed(end, coefficients: tape.tensor([Float](repeating: coefficient, count: 15), columns: 3))
            }
            if let branch { tape.backward(to: branch) }
        }
        let left = tape.arena.mark == before
        tape.backward()
        return (tape.gradientTensor(x).array, store["w"].gradient.array, left)
    }

    @Test func branchesRunBackwardsByThemselves() {
        let (whole, pieces) = (branches(inPieces: false), branches(inPieces: true))
        #expect(relativeError(pieces.gradients, whole.gradients) < 1e-6)
        #expect(relativeError(pieces.weights, whole.weights) < 1e-6)
        #expect(whole.gradients.contains { abs($0) > 0.01 })
        #expect(pieces.left && !whole.left)
    }

    @Test func gradientThatWasNotKeptIsRefused() async {
        await #expect(processExitsWith: .failure) {
            let tape = makeTape()
            let x = tape.tracked([1, 2], columns: 2)
            let branch = tape.checkpoint()
            let y = tape.tanh(x)
            tape.seed(y, coefficients: y.value)
            tape.backward(to: branch)
        }
    }

    /// A norm's gradient takes the place of that of its output, unless its input has one already.
    @Test func gradientInPlaceIsTheSame() {
        func gradient(before: Bool) -> [Float] {
            let tape = makeTape()
            let store = ParameterStore([
                ParameterSpecification("s", [4], .vector, .one, group: .model),
                ParameterSpecification("o", [4], .vector, .zero, group: .model),
            ])
            store["s"].value.fill(1)
            let x = tape.tracked(normals(12, seed: 1), columns: 4)
            let y = tape.variable(3, 4, tracked: true)
            tape.layerNormSiLU(x, scale: store["s"], offset: store["o"], epsilon: 1e-3, into: y)
            tape.seed(y, coefficients: tape.tensor(normals(12, seed: 2), columns: 4))
            if before { tape.keepGradient(of: x) }
            tape.backward()
            return tape.gradientTensor(x).array
        }
        #expect(relativeError(gradient(before: false), gradient(before: true)) < 1e-6)
        #expect(gradient(before: true).contains { $0 != 0 })
    }
}
