import Tensors
import Testing

@Suite struct ParameterDeclarationsTests {
    @Test func scopesGiveNamesShapesAndGroups() {
        let declarations = ParameterDeclarations()
        let scope = declarations.scope(.model)
        _ = scope.vector("initial", 3, .zero)
        _ = scope["encoder"]["convs.0"].kernel("weight", inputs: 3, outputs: 8, .hidden)
        _ = scope["decoder"].kernel("weight", inputs: 8, outputs: 3, transposed: true, .output)
        _ = scope["critic", .critic]["out"].matrix("weight", inputs: 5, outputs: 7, .zero)
        let all = declarations.specifications
        #expect(all.map(\.name) == ["initial", "encoder.convs.0.weight", "decoder.weight", "critic.out.weight"])
        #expect(all.map(\.shape) == [[3], [8, 4, 4, 3], [3, 4, 4, 8], [7, 5]])
        #expect(all.map(\.layout) == [.vector, .convolution, .transposedConvolution, .linear])
        #expect(all.map(\.initialization) == [.zero, .hidden, .output, .zero])
        #expect(all.map(\.group) == [.model, .model, .model, .critic])
    }

    /// Shapes as products read them are known before there is a store; values are there once there is one.
    @Test func handlesOutliveTheDeclaration() {
        let declarations = ParameterDeclarations()
        let scope = declarations.scope(.model)
        let weight = scope.matrix("weight", inputs: 2, outputs: 3, .zero)
        let kernel = scope.kernel("kernel", inputs: 2, outputs: 3, .one)
        let transposed = scope.kernel("transposed", inputs: 2, outputs: 3, transposed: true, .one)
        #expect([weight.rows, weight.columns] == [2, 3])
        #expect([kernel.rows, kernel.columns] == [32, 3])
        #expect([transposed.rows, transposed.columns] == [2, 48])
        let store = ParameterStore(declarations)
        store.restore("weight", from: [1, 2, 3, 4, 5, 6])
        #expect(weight.value.array == [1, 3, 5, 2, 4, 6])
        #expect(weight.slice(1..<2).value.array == [2, 4, 6])
        #expect(weight.gradient.array == Array(repeating: 0, count: 6))
    }

    /// A group's parameters follow each other in the order of declaration, whatever other groups have between them.
    @Test func groupsLieInTheOrderOfDeclaration() {
        let declarations = ParameterDeclarations()
        let scope = declarations.scope(.actor)
        let first = scope.vector("first", 17, .zero)
        let other = scope["other", .slow].vector("scale", 5, .zero)
        let second = scope.vector("second", 3, .zero)
        let store = ParameterStore(declarations)
        let actor = store.values(of: .actor)
        #expect(actor?.count == 48)
        second.value.fill(2)
        first.value.fill(1)
        other.value.fill(3)
        #expect(
            actor?.array == Array(repeating: 1, count: 17) + Array(repeating: 0, count: 15) + [2, 2, 2]
                + Array(repeating: 0, count: 13))
    }

    @Test func aNameIsDeclaredOnce() async {
        await #expect(processExitsWith: .failure) {
            let scope = ParameterDeclarations().scope(.model)
            _ = scope.vector("scale", 3, .zero)
            _ = scope.vector("scale", 3, .zero)
        }
    }

    @Test func nothingIsDeclaredAfterTheStoreWasMade() async {
        await #expect(processExitsWith: .failure) {
            let declarations = ParameterDeclarations()
            _ = declarations.scope(.model).vector("scale", 3, .zero)
            let store = ParameterStore(declarations)
            _ = declarations.scope(.model).vector("offset", 3, .zero)
            #expect(store.names.isEmpty)
        }
    }
}
