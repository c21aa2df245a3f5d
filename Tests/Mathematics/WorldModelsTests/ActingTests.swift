import AgentChoice
import Networks
import Tensors
import TestSupport
import Testing

@testable import WorldModels

/// The actor follows its observations one at a time with a carried state; the learner follows whole sequences. Both
/// must arrive at the same states.
@Suite(.blocking, .serialized) struct ActingTests {
    private static func configuration(_ kind: String) -> AgentConfiguration {
        var c = AgentConfiguration()
        (c.image, c.convolutionDepth, c.deterministic, c.hidden) = (16, 4, 24, 16)
        (c.stochastic, c.classes, c.modulationStochastic, c.modulationClasses, c.actions) = (4, 5, 3, 6, 3)
        c.modulation = ["modulation", "modulation outside", "batch norm"].contains(kind)
        c.latentDifference = kind.hasPrefix("latent difference")
        c.differentialChannels = kind == "appended"
        c.vector = kind == "with vectors" ? 5 : 0
        c.modulationInSequence = !kind.hasSuffix("outside")
        c.representationNorm = kind == "batch norm" ? .batch : .layer
        return c
    }

    struct Step: Equatable {
        var h: [Float]
        var z: [Int]
        var d: [Int]
        var difference: [Float]
    }

    private func steps(_ state: LatentState, _ batch: Int) -> [Step] {
        (0..<state.rows / batch).map { step in
            let rows = step * batch..<(step + 1) * batch
            return Step(
                h: state.h.value.slice(rows).array, z: state.z.slice(rows).array,
                d: state.d?.slice(rows).array ?? [], difference: state.difference?.value.slice(rows).array ?? [])
        }
    }

    @Test(
        arguments: [
            "plain", "modulation", "modulation outside", "batch norm", "latent difference", "latent difference outside",
            "appended", "with vectors",
        ], [1, 3])
    func stepsWithACarryAreTheUnrolledSequence(kind: String, batch: Int) {
        let c = Self.configuration(kind)
        let length = 7
        let rows = batch * length
        let declarations = ParameterDeclarations()
        let representation = Representation(declarations.scope(.model), c)
        let store = ParameterStore(declarations)
        var random = RandomStream(seed: 3)
        store.initialize(&random)
        random.fillNormal(store["rssm.initial"].value)
        let pixels = c.image * c.image * c.channels
        let images = (0..<(rows + batch) * pixels).map { _ in UInt8.random(in: 0...255, using: &random) }
        let actions = (0..<rows * c.actions).map { _ in 2 * random.uniform() - 1 }
        let vectors = (0..<rows * c.vector).map { _ in 20 * random.normal() }
        let noise = (0..<rows * 8).map { _ in random.uniform() }
        // Sequence 0 starts anew in the middle; the others do not.
        let first = (0..<rows).map { UInt8($0 < batch || $0 == 4 * batch ? 1 : 0) }

        /// Observations of `count` steps from `step` on.
        func observations(_ step: Int, _ count: Int, on tape: Tape) -> SequenceModel.Observations {
            func part<Element>(_ values: [Element], _ width: Int, later: Int = 0) -> [Element] {
                Array(values[(step + later) * batch * width..<(step + later + count) * batch * width])
            }
            func tensor(_ values: [Float], _ width: Int) -> Tensor {
                let tensor = tape.tensor(count * batch, width)
                tensor.copy(from: part(values, width))
                return tensor
            }
            func bytes(_ values: [UInt8]) -> Bytes {
                let bytes = tape.bytes(values.count)
                bytes.copy(from: values)
                return bytes
            }
            let starts = bytes(part(first, 1))
            let (features, differential) = representation.encode(
                Observations(
                    images: bytes(part(images, pixels, later: 1)), previous: bytes(part(images, pixels)),
                    vectors: c.seesVectors ? tensor(vectors, c.vector) : nil, first: starts), on: tape)
            return SequenceModel.Observations(
                batch: batch, length: count, features: features,
                differentialFeatures: differential, actions: tensor(actions, c.actions), first: starts,
                noiseZ: tensor(noise, c.stochastic),
                noiseD: c.modulation ? tensor(Array(noise.reversed()), c.modulationStochastic) : nil)
        }

        let tape = Tape(arena: Arena(chunkBytes: 4 << 20), pool: ThreadPool(threads: 1))
        let whole = steps(
            representation.sequence.observe(observations(0, length, on: tape), carry: nil, training: false, on: tape)
                .state,
            batch)
        var carry: LatentState?
        for step in 0..<length {
            let now = observations(step, 1, on: tape)
            let state =
                carry.map { representation.step(now, carry: $0, on: tape) }
                ?? representation.sequence.observe(now, carry: nil, training: false, on: tape).state
            let acted = steps(state, batch)[0]
            #expect(acted.z == whole[step].z && acted.d == whole[step].d, "step \(step)")
            #expect(acted.difference == whole[step].difference, "step \(step)")
            let error = zip(acted.h, whole[step].h).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= 1e-5, "step \(step)")
            carry = state
        }
        // The sequences do change: equal states would prove nothing.
        #expect(whole[1] != whole[2] && whole[2] != whole[length - 1])
    }
}
