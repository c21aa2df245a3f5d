import Testing

@testable import Tensors

@Suite struct ParameterStoreTests {
    private func store(_ shape: [Int], _ layout: ParameterSpecification.Layout) -> ParameterStore {
        ParameterStore([ParameterSpecification("w", shape, layout, .zero, group: .model)])
    }

    private static let layouts: [(shape: [Int], layout: ParameterSpecification.Layout)] = [
        ([7], .vector), ([3, 5], .linear), ([1, 1], .linear), ([2, 4, 4, 3], .convolution),
        ([3, 4, 4, 5], .transposedConvolution), ([1, 4, 4, 2], .transposedConvolution),
    ]

    @Test(arguments: layouts.indices, ParameterStore.Part.allCases)
    func archiveOrderSurvivesMemory(index: Int, part: ParameterStore.Part) {
        let (shape, layout) = Self.layouts[index]
        let store = store(shape, layout)
        let values = (0..<shape.reduce(1, *)).map { Float($0 + 1) }
        store.restore("w", part, from: values)
        #expect(store.archived("w", part) == values)
        // Every element has a place of its own, and the other parts are untouched.
        for other in ParameterStore.Part.allCases where other != part {
            #expect(store.archived("w", other).allSatisfy { $0 == 0 })
        }
    }

    @Test func aGroupsValuesLieSideBySide() throws {
        let store = ParameterStore([
            ParameterSpecification("w", [2, 3], .linear, .zero, group: .model),
            ParameterSpecification("mean", [3], .vector, .zero, group: .statistics),
        ])
        store.restore("w", from: [1, 2, 3, 4, 5, 6])
        store.restore("mean", from: [7, 8, 9])
        let values = try #require(store.values(of: .statistics))
        #expect(Array(values.array.prefix(3)) == [7, 8, 9])
        values.fill(2)
        #expect(store.archived("mean") == [2, 2, 2])
        #expect(store.archived("w") == [1, 2, 3, 4, 5, 6])
        #expect(store.values(of: .actor) == nil)
    }

    @Test func linearWeightsAreTransposed() {
        let store = store([2, 3], .linear)  // archive [out 2, in 3]
        store.restore("w", from: [1, 2, 3, 4, 5, 6])
        #expect((store["w"].rows, store["w"].columns) == (3, 2))
        #expect(store["w"].value.array == [1, 4, 2, 5, 3, 6])
    }

    @Test func convolutionWeightsBecomeWindowTimesOutput() {
        let store = store([2, 2, 2, 3], .convolution)  // archive [out 2, 2, 2, in 3]
        store.restore("w", from: (0..<24).map(Float.init))
        #expect((store["w"].rows, store["w"].columns) == (12, 2))
        // Row (height, width, in), column out: element [1, 1, 0, 2] of the archive lies at row 8, column 1.
        #expect(store["w"].value[8, 1] == Float(1 * 12 + 1 * 6 + 0 * 3 + 2))
        #expect(store["w"].value[0, 1] == 12)
    }

    @Test func transposedConvolutionWeightsBecomeInputTimesWindow() {
        let store = store([2, 2, 2, 3], .transposedConvolution)  // archive [out 2, 2, 2, in 3]
        store.restore("w", from: (0..<24).map(Float.init))
        #expect((store["w"].rows, store["w"].columns) == (3, 8))
        // Row in, column (height, width, out): element [1, 1, 0, 2] of the archive lies at row 2, column 5.
        #expect(store["w"].value[2, (1 * 2 + 0) * 2 + 1] == Float(1 * 12 + 1 * 6 + 0 * 3 + 2))
        #expect(store["w"].value[1, 0] == 1)
    }

    @Test func parametersDoNotOverlap() {
        let names = (0..<20).map { "p\($0)" }
        let store = ParameterStore(
            names.enumerated().map { index, name in
                ParameterSpecification(
                    name, [index + 1, 3], .linear, .zero,
                    group: [.model, .actor, .critic, .slow, .statistics][index % 5])
            })
        for (index, name) in names.enumerated() { store[name].value.fill(Float(index)) }
        for (index, name) in names.enumerated() {
            #expect(store.archived(name) == [Float](repeating: Float(index), count: 3 * (index + 1)))
        }
        #expect(store.names == names)
        #expect(store.trainedNames == names.enumerated().filter { $0.offset % 5 < 3 }.map(\.element))
    }

    @Test func slowCopiesFollow() {
        let store = ParameterStore([
            ParameterSpecification("critic.out.weight", [2, 2], .linear, .zero, group: .critic),
            ParameterSpecification("slow_critic.out.weight", [2, 2], .linear, .zero, group: .slow),
        ])
        store["critic.out.weight"].value.copy(from: [1, 2, 3, 4])
        for pair in store.pairs("critic", "slow_critic") {
            pair.target.average(pair.source, decay: 0.75, pool: ThreadPool(threads: 1))
        }
        #expect(store["slow_critic.out.weight"].value.array == [0.25, 0.5, 0.75, 1])
        store.copy("critic", to: "slow_critic")
        #expect(store["slow_critic.out.weight"].value.array == [1, 2, 3, 4])
    }
}
