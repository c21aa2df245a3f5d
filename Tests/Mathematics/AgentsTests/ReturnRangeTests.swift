import Tensors
import TestSupport
import Testing

@testable import Agents

@Suite(.blocking) struct ReturnRangeTests {
    @Test func rangeMovesSlowlyAndItsScaleIsAtLeastOne() {
        let tape = Tape(arena: Arena(), pool: ThreadPool(threads: 1))
        let returns = tape.tensor(101)
        returns.copy(from: (0...100).reversed().map { Float($0) * 10 })
        var range = ReturnRange(decay: 0.99)
        #expect(range.scale == 1)
        range.update(reordering: returns)
        #expect(abs(range.low - 0.5) < 1e-4 && abs(range.high - 9.5) < 1e-4)
        #expect(abs(range.scale - 9) < 1e-4)
    }
}
