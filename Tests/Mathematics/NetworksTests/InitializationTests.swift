import Networks
import Tensors
import Testing

@Suite struct InitializationTests {
    private func values(
        _ shape: [Int], _ layout: ParameterSpecification.Layout, _ how: ParameterSpecification.Initialization,
        seed: UInt64 = 1
    ) -> [Float] {
        let store = ParameterStore([ParameterSpecification("w", shape, layout, how, group: .model)])
        var random = RandomStream(seed: seed)
        store.initialize(&random)
        return store.archived("w")
    }

    private func deviation(_ x: [Float]) -> Double {
        let mean = x.reduce(0) { $0 + Double($1) } / Double(x.count)
        return (x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)).squareRoot()
    }

    /// Deviation sqrt(1 / mean fan) after the cut at two deviations of the normal before it.
    @Test(arguments: [([300, 500], 400.0), ([64, 4, 4, 32], 16 * 48.0)] as [([Int], Double)])
    func hiddenWeightsAreTruncatedNormals(shape: [Int], meanFan: Double) {
        let w = values(shape, shape.count == 2 ? .linear : .convolution, .hidden)
        let expected = (1 / meanFan).squareRoot()
        #expect(abs(deviation(w) / expected - 1) < 0.01)
        #expect(abs(w.reduce(0) { $0 + Double($1) }) / Double(w.count) < 5 * expected / Double(w.count).squareRoot())
        let cut = Float(2 * expected / 0.8796)
        #expect(w.allSatisfy { abs($0) <= cut * 1.0001 })
        #expect(w.contains { abs($0) > 0.97 * cut })
    }

    @Test(arguments: [([200, 300], 250.0), ([3, 4, 4, 64], 16 * 33.5)] as [([Int], Double)])
    func outputWeightsAreUniform(shape: [Int], meanFan: Double) {
        let w = values(shape, shape.count == 2 ? .linear : .transposedConvolution, .output)
        let limit = (3 / meanFan).squareRoot()
        #expect(w.allSatisfy { abs(Double($0)) <= limit * 1.000_001 })
        #expect(abs(deviation(w) / (limit / 3.0.squareRoot()) - 1) < 0.03)
        #expect(Double(w.max()!) > 0.99 * limit && Double(w.min()!) < -0.99 * limit)
    }

    @Test func constantsAreConstant() {
        #expect(values([9], .vector, .zero).allSatisfy { $0 == 0 })
        #expect(values([9], .vector, .one).allSatisfy { $0 == 1 })
    }

    @Test func seedsDecide() {
        #expect(values([5, 5], .linear, .hidden) == values([5, 5], .linear, .hidden))
        #expect(values([5, 5], .linear, .hidden) != values([5, 5], .linear, .hidden, seed: 2))
    }

    @Test func layersDeclareTheirParametersOnce() {
        let declarations = ParameterDeclarations()
        _ = MultilayerPerceptron(
            declarations.scope(.model)["m", .trained(2)], inputs: 3, hidden: 4, layers: 2, outputs: 5, zero: true,
            epsilon: 1e-3)
        let mlp = declarations.specifications
        #expect(
            mlp.map(\.name) == [
                "m.layers.0.weight", "m.layers.0.norm.scale", "m.layers.0.norm.offset", "m.layers.1.weight",
                "m.layers.1.norm.scale", "m.layers.1.norm.offset", "m.out.weight", "m.out.bias",
            ])
        #expect(mlp.map(\.shape) == [[4, 3], [4], [4], [4, 4], [4], [4], [5, 4], [5]])
        #expect(mlp.map(\.initialization) == [.hidden, .one, .zero, .hidden, .one, .zero, .zero, .zero])
        #expect(mlp.allSatisfy { $0.group == .trained(2) })
    }
}
