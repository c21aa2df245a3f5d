import Foundation
import Tensors
import Testing

@Suite struct AdamTests {
    /// Adam with bias corrections, in double precision, from the paper's algorithm.
    private struct Plain {
        var x: [Double]
        var m: [Double]
        var v: [Double]
        var steps = 0

        init(_ x: [Double]) {
            self.x = x
            m = x.map { _ in 0 }
            v = m
        }

        mutating func step(_ gradient: [Float], _ s: AdamSettings) {
            steps += 1
            let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            let clip = min(1, Double(s.clip) / (norm + 1e-6))
            for i in x.indices {
                let g = Double(gradient[i]) * clip
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                let (mHat, vHat) = (m[i] / (1 - pow(0.9, Double(steps))), v[i] / (1 - pow(0.999, Double(steps))))
                x[i] -= Double(s.learningRate) * mHat / (vHat.squareRoot() + Double(s.epsilon))
            }
        }
    }

    /// Gradients of very different sizes, some of them above the clip.
    @Test(arguments: [1000, 5] as [Float], [1, 2]) func stepsAreThoseOfTheAlgorithm(clip: Float, threads: Int) {
        let count = 50_003
        let store = ParameterStore([
            ParameterSpecification("a", [7], .vector, .zero, group: .actor),
            ParameterSpecification("b", [count], .vector, .zero, group: .actor),
            ParameterSpecification("c", [5], .vector, .one, group: .model),
        ])
        let settings = AdamSettings(learningRate: 1e-2, epsilon: 1e-5, clip: clip)
        let pool = ThreadPool(threads: threads)
        var random = RandomStream(seed: 1)
        random.fillNormal(store["a"].value)
        random.fillNormal(store["b"].value)
        func all(_ part: (Parameter) -> Tensor) -> [Float] { part(store["a"]).array + part(store["b"]).array }
        let start = all(\.value)
        var plain = Plain(start.map(Double.init))
        for step in 1...6 {
            store.zeroGradients(.actor, pool: pool)
            #expect(store.gradientNorm(.actor, pool: pool) == 0)
            for name in ["a", "b"] {
                let gradient = store[name].gradient
                random.fillNormal(gradient)
                gradient.copy(
                    from: gradient.array.enumerated().map { i, value in
                        value * Float(pow(10, Double(i % 7) - 4)) / Float(step)
                    })
            }
            plain.step(all(\.gradient), settings)
            let norm = store.gradientNorm(.actor, pool: pool)
            let exact = all(\.gradient).reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            #expect(abs(Double(norm) / exact - 1) < 1e-5)
            store.step(.actor, settings, norm: norm, pool: pool)
            // What has moved, not where it is: the parameters themselves would hide an error.
            let moved = zip(all(\.value), start).map { Double($0) - Double($1) }
            let expected = zip(plain.x, start).map { $0 - Double($1) }
            let error = zip(moved, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            #expect(error <= 1e-4 * expected.reduce(0) { $0 + $1 * $1 }.squareRoot(), "step \(step)")
        }
        #expect(store.optimizerSteps == [.actor: 6])
        #expect(store["c"].value.array == [0, 0, 0, 0, 0])
    }

    @Test func noGradientMovesNothing() {
        let store = ParameterStore([ParameterSpecification("a", [7], .vector, .zero, group: .critic)])
        store["a"].value.fill(2)
        let pool = ThreadPool(threads: 1)
        store.step(
            .critic, AdamSettings(learningRate: 1, epsilon: 1e-8, clip: 100),
            norm: store.gradientNorm(.critic, pool: pool), pool: pool)
        #expect(store["a"].value.array.allSatisfy { $0 == 2 })
    }
}
