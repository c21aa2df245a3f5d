import TestSupport
import Testing

@testable import Tensors

@Suite(.blocking) struct ClassChoiceTests {
    @Test func choicesAreColumnsAndAreWrittenOut() {
        let tape = makeTape()
        let groups = tape.columnGroups([3, 2])
        let chosen = tape.chosen(tape.tensor([0, 0, 1, 0.2, 0.1, 0.5, 0.2, 0.3, 0, 9], columns: 5), groups: groups)
        #expect(chosen.array == [2, 3, 0, 4])
        #expect(tape.dense(chosen).array == [0, 0, 1, 1, 0, 1, 0, 0, 0, 1])
        #expect(tape.dense(chosen.slice(1..<2)).array == [1, 0, 0, 0, 1])
    }

    /// Each group is sampled with a number of its own.
    @Test func eachGroupInvertsItsOwnDistribution() {
        let tape = makeTape()
        let p: Variable = .constant(tape.tensor([0.2, 0.3, 0.5, 0.5, 0.5, 0.2, 0.3, 0.5, 0.5, 0.5], columns: 5))
        let chosen = tape.choice(2, of: tape.columnGroups([3, 2]))
        tape.sample(p, noise: tape.tensor([0.1, 0.9, 0.45, 0.2]), into: chosen)
        #expect(chosen.array == [0, 4, 1, 3])
    }

    @Test func softmaxOfGroupsIsThatOfEach() {
        let logits = normals(6 * 7, seed: 3)
        let tape = makeTape(threads: 2)
        let joined = tape.softmax(
            .constant(tape.tensor(logits, columns: 7)), groups: tape.columnGroups([4, 1, 2]), unimix: 0.01)
        var start = 0
        for size in [4, 1, 2] {
            let part = (0..<6).flatMap { logits[$0 * 7 + start..<$0 * 7 + start + size] }
            let alone = tape.softmax(.constant(tape.tensor(part, columns: size)), classes: size, unimix: 0.01)
            #expect((0..<6).flatMap { joined.value.array[$0 * 7 + start..<$0 * 7 + start + size] } == alone.value.array)
            start += size
        }
    }
}
